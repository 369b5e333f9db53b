import {
  addressOf,
  type HclBlock,
  literalOf,
  nestedBlocks,
  terraformParser,
} from '../../parsers/terraform.ts';
import { type ChangeMatch, type Collected, defineChangeRule, type LineRange } from '../../rule.ts';
import { ParseFailure } from '../../source-file.ts';
import { firstTouched } from '../../touched-lines.ts';

interface Database extends LineRange {
  readonly address: string;
  readonly protection: 'on' | 'off' | 'unset' | 'unknown';
  /** The attribute or block that states it; else the resource's first line. */
  readonly at: LineRange;
  readonly attribute: string;
}

interface Kind {
  readonly attribute: string;
  /** What the provider does where the attribute is left out. */
  readonly unset: 'off' | 'on';
}

const OFF: Kind = { attribute: 'deletion_protection', unset: 'off' };

const DATABASES: Readonly<Record<string, Kind>> = {
  aws_db_instance: OFF,
  aws_rds_cluster: OFF,
  aws_docdb_cluster: OFF,
  aws_neptune_cluster: OFF,
  aws_dynamodb_table: { attribute: 'deletion_protection_enabled', unset: 'off' },
  google_sql_database_instance: { attribute: 'deletion_protection', unset: 'on' },
  google_spanner_database: { attribute: 'deletion_protection', unset: 'on' },
  google_alloydb_cluster: { attribute: 'deletion_protection', unset: 'on' },
};

export default defineChangeRule<Database>({
  id: 'terraform/database-without-deletion-protection',
  wave: 1,
  item: 'rollback',
  group: 'technical_risks',
  category: 'technical_debt',
  principle: 'chaos_is_constant',
  priority: 'high',
  confidence: 'high',
  blocks: {
    category: 'data_loss',
    when: {
      en: 'Protection that stands at the merge base as a literal (`deletion_protection = true` or `prevent_destroy = true`) is switched off or removed while the database stays.',
      vi: 'Cơ chế bảo vệ được ghi cố định ở merge base (`deletion_protection = true` hoặc `prevent_destroy = true`) bị tắt hoặc bị gỡ trong khi database vẫn còn.',
    },
  },
  surfaces: ['Terraform'],
  files: ['**/*.tf'],
  silentIn: ['test', 'example', 'docs', 'dev'],
  optOuts: ['checkov:skip', 'tfsec:ignore', 'trivy:ignore'],
  title: {
    en: 'Nothing stops the deletion of database `{resource}`',
    vi: 'Không có gì ngăn việc xoá database `{resource}`',
  },
  impact: {
    en: 'One wrong plan, rename or `destroy` deletes `{resource}` and its data, and only a backup, if there is one, brings it back.',
    vi: 'Chỉ một plan sai, một lần đổi tên hoặc `destroy` là `{resource}` và dữ liệu bị xoá, và chỉ có bản backup, nếu có, mới khôi phục được.',
  },
  why: {
    en: 'Without `{attribute}` or `prevent_destroy`, Terraform replaces or deletes the database as readily as any other resource.',
    vi: 'Không có `{attribute}` hay `prevent_destroy`, Terraform thay thế hoặc xoá database dễ dàng như mọi resource khác.',
  },
  fix: {
    en: 'Set `{attribute} = true` on `{resource}`, and `lifecycle { prevent_destroy = true }` beside it.',
    vi: 'Đặt `{attribute} = true` cho `{resource}`, kèm `lifecycle { prevent_destroy = true }`.',
  },
  later: {
    en: 'Deny the delete permission on production databases to the pipeline’s role, and rehearse a restore from backup.',
    vi: 'Không cấp quyền xoá database production cho role của pipeline, và diễn tập khôi phục từ backup.',
  },
  references: [
    'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html',
    'https://developer.hashicorp.com/terraform/language/meta-arguments#lifecycle',
  ],

  *collect(file) {
    try {
      for (const block of file.parse(terraformParser).blocks) {
        const database = databaseOf(block);
        if (database !== null) yield database;
      }
    } catch (error) {
      if (!(error instanceof ParseFailure) || file.side === 'head') throw error;
    }
  },

  *decide({ base, head }) {
    const before = new Map(base.map((collected) => [collected.fact.address, collected]));
    for (const now of head) {
      const match = matchOf(now, before.get(now.fact.address));
      if (match !== null) yield match;
    }
  },

  examples: {
    bad: [
      {
        path: 'infra/orders.tf',
        code: 'resource "aws_db_instance" "orders" {\n  engine         = "postgres"\n  instance_class = "db.m6g.large"\n}\n',
      },
      {
        path: 'infra/orders.tf',
        base: 'resource "aws_rds_cluster" "orders" {\n  engine              = "aurora-postgresql"\n  deletion_protection = true\n}\n',
        code: 'resource "aws_rds_cluster" "orders" {\n  engine              = "aurora-postgresql"\n  deletion_protection = false\n}\n',
      },
      {
        path: 'infra/orders.tf',
        base: 'resource "aws_dynamodb_table" "orders" {\n  name                        = "orders"\n  deletion_protection_enabled = true\n}\n',
        code: 'resource "aws_dynamodb_table" "orders" {\n  name = "orders"\n}\n',
      },
    ],
    good: [
      {
        path: 'infra/orders.tf',
        code: 'resource "aws_db_instance" "orders" {\n  engine              = "postgres"\n  deletion_protection = true\n}\n',
      },
      {
        // Looks bad: the attribute goes, and Terraform itself refuses instead.
        path: 'infra/orders.tf',
        base: 'resource "aws_db_instance" "orders" {\n  engine              = "postgres"\n  deletion_protection = true\n}\n',
        code: 'resource "aws_db_instance" "orders" {\n  engine = "postgres"\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n',
      },
      {
        // Looks bad: nothing is set; Google protects by default, and a read replica holds no data of its own.
        path: 'infra/orders.tf',
        code: 'resource "google_sql_database_instance" "orders" {\n  database_version = "POSTGRES_16"\n}\n\nresource "aws_db_instance" "replica" {\n  replicate_source_db = aws_db_instance.orders.identifier\n}\n',
      },
      {
        path: 'infra/orders.tf',
        code: 'resource "aws_db_instance" "orders" {\n  engine              = "postgres"\n  deletion_protection = var.protect\n}\n',
      },
    ],
  },
});

function databaseOf(block: HclBlock): Database | null {
  const address = addressOf(block);
  const kind = DATABASES[block.labels[0] ?? ''];
  if (address === null || kind === undefined || block.attributes.has('replicate_source_db'))
    return null;
  const attribute = block.attributes.get(kind.attribute);
  const [lifecycle] = [...nestedBlocks(block, new Set(['lifecycle']))];
  const prevented = lifecycle === undefined ? undefined : literalOf(lifecycle, 'prevent_destroy');
  const found = { address, attribute: kind.attribute, line: block.line, endLine: block.endLine };
  const first = { line: block.line, endLine: block.line };
  if (prevented === true && lifecycle !== undefined)
    return { ...found, protection: 'on', at: lifecycle };
  if (attribute === undefined)
    return { ...found, protection: kind.unset === 'on' ? 'on' : 'unset', at: first };
  const value = literalOf(block, kind.attribute);
  const protection = value === true ? 'on' : value === false ? 'off' : 'unknown';
  return { ...found, protection, at: { line: attribute.line, endLine: attribute.endLine } };
}

function matchOf(
  now: Collected<Database>,
  old: Collected<Database> | undefined,
): ChangeMatch | null {
  const { fact, path } = now;
  if (fact.protection === 'on' || fact.protection === 'unknown') return null;
  const removed = old?.fact.protection === 'on';
  const isNew = old === undefined && firstTouched(now.changedLines, fact) !== null;
  // A table without the switch is common and deliberate; only taking it away says something.
  const expected =
    removed || fact.protection === 'off' || !fact.address.startsWith('aws_dynamodb_table.');
  if (!removed && !(isNew && expected)) return null;
  const stated = fact.protection === 'off' || !removed;
  const place = { path, side: 'head', line: fact.at.line, endLine: fact.at.endLine } as const;
  const gone =
    old === undefined
      ? null
      : ({
          path: old.path,
          side: 'base',
          line: old.fact.at.line,
          endLine: old.fact.at.endLine,
        } as const);
  return {
    ...(stated || gone === null ? place : gone),
    also: removed && stated && gone !== null ? [gone] : [],
    anchor: fact.address,
    values: { resource: fact.address, attribute: fact.attribute },
    blocks: removed,
  };
}
