import { MIGRATION_FILES } from '../../parsers/migration/migration.ts';
import type { ChangeMatch, Collected, RuleContext } from '../../rule.ts';
import { defineChangeRule } from '../../rule.ts';
import type { MigrationFact } from './define-migration-rule.ts';
import { SURFACES, collectMigration } from './define-migration-rule.ts';

type Collection = Collected<MigrationFact>;

/** Steps whose own rule already says that nothing brings the data back. */
const REPORTED_ELSEWHERE = new Set([
  'drop_table',
  'truncate_table',
  'drop_database',
  'delete_rows',
]);
/** What the older version of the code can live beside when it comes back. */
const HARMLESS = new Set(['create_table', 'create_index', 'create_view', 'copy_rows']);
const NO_WAY_BACK = new Set(['absent', 'empty', 'raises']);

export default defineChangeRule<MigrationFact>({
  id: 'migration/irreversible',
  wave: 1,
  item: 'rollback',
  group: 'technical_risks',
  category: 'technical_debt',
  principle: 'chaos_is_constant',
  priority: 'medium',
  confidence: 'high',
  blocks: null,
  surfaces: SURFACES,
  files: MIGRATION_FILES,
  title: {
    en: 'No way back from `{name}`',
    vi: '`{name}` không có đường lùi',
  },
  impact: {
    en: 'When the release has to be rolled back, the schema stays where it is, and somebody writes the reverse SQL by hand during the incident.',
    vi: 'Khi phải rollback bản phát hành, schema vẫn giữ nguyên và phải có người viết SQL ngược bằng tay giữa lúc sự cố.',
  },
  why: {
    en: 'The tool of this migration runs a down step on rollback, and here it is missing, empty, or raises an error.',
    vi: 'Công cụ migration này chạy bước down khi rollback, nhưng ở đây bước đó bị thiếu, rỗng hoặc báo lỗi.',
  },
  fix: {
    en: 'Write the down step, or, where it would lose data, say so in a comment there and make the change in two releases (expand, then contract) so that no rollback needs it.',
    vi: 'Viết bước down; nếu làm vậy sẽ mất dữ liệu thì ghi rõ trong comment và tách thành hai bản phát hành (expand rồi contract) để rollback không cần tới nó.',
  },
  later: {
    en: 'Run up, down, up in CI for every new migration.',
    vi: 'Chạy up, down, up trong CI cho mỗi migration mới.',
  },
  references: [
    'https://guides.rubyonrails.org/active_record_migrations.html#using-the-up-down-methods',
    'https://martinfowler.com/bliki/ParallelChange.html',
  ],
  examples: {
    bad: [
      {
        path: 'alembic/versions/99cc_nickname.py',
        code: 'from alembic import op\nimport sqlalchemy as sa\n\n\ndef upgrade():\n    op.add_column("users", sa.Column("nickname", sa.Text()))\n\n\ndef downgrade():\n    pass\n',
      },
      {
        path: 'migrations/000014_nickname.up.sql',
        code: 'ALTER TABLE users ADD COLUMN nickname text;\n',
      },
      {
        path: 'migrations/000013_city.down.sql',
        base: 'ALTER TABLE users DROP COLUMN city;\n',
        code: '',
        more: [{ path: 'README.md', code: 'x\n', base: 'y\n' }],
      },
    ],
    good: [
      {
        path: 'migrations/000014_nickname.up.sql',
        code: 'ALTER TABLE users ADD COLUMN nickname text;\n',
        more: [
          {
            path: 'migrations/000014_nickname.down.sql',
            code: 'ALTER TABLE users DROP COLUMN nickname;\n',
          },
        ],
      },
      {
        // Rails reverses `change` by itself.
        path: 'db/migrate/20261123101500_nickname.rb',
        code: 'class Nickname < ActiveRecord::Migration[8.0]\n  def change\n    add_column :users, :nickname, :string\n  end\nend\n',
      },
      {
        // These tools know no way back, so that none is missing.
        path: 'prisma/migrations/20261123101500_nickname/migration.sql',
        code: 'ALTER TABLE "User" ADD COLUMN "nickname" TEXT;\n',
      },
      {
        // Both halves of an old migration go together when history is squashed.
        path: 'README.md',
        code: 'x\n',
        base: 'y\n',
        more: [
          { path: 'migrations/000001_a.up.sql', base: 'CREATE TABLE a (id bigint);\n' },
          { path: 'migrations/000001_a.down.sql', base: 'DROP TABLE a;\n' },
        ],
      },
    ],
  },
  collect: (file, context) => collectMigration(file, context, /(?!)/u),
  *decide({ base, head }, context) {
    for (const added of head) {
      const match =
        added.status === 'added' ? missingWayBack(added, context) : lostWayBack(added, base);
      if (match !== null) yield match;
    }
    for (const removed of base)
      if (
        removed.status === 'deleted' &&
        removed.fact.downOnly &&
        !isUpDeleted(removed.path, context)
      )
        yield { ...matchOf(removed, 1, 'base'), priority: 'high' };
  },
});

function missingWayBack(
  { path, fact, ...rest }: Collection,
  context: RuleContext,
): ChangeMatch | null {
  const matters = fact.operations.some(
    ({ kind }) => !REPORTED_ELSEWHERE.has(kind) && !HARMLESS.has(kind),
  );
  if (fact.downOnly || !matters) return null;
  const lacks =
    fact.down === 'elsewhere'
      ? !context.changed.some((file) => file.path === downPathOf(path))
      : NO_WAY_BACK.has(fact.down);
  return lacks ? matchOf({ path, fact, ...rest }, fact.downLine, 'head') : null;
}

/** The way back stood at the merge base, and the change empties it. */
function lostWayBack(after: Collection, base: readonly Collection[]): ChangeMatch | null {
  const before = base.find(({ path }) => path === after.path);
  if (
    before === undefined ||
    !NO_WAY_BACK.has(after.fact.down) ||
    NO_WAY_BACK.has(before.fact.down)
  )
    return null;
  const [removed] = before.changedLines;
  if (removed === undefined) return null;
  return {
    ...matchOf(before, removed.line, 'base'),
    endLine: Math.min(removed.endLine, removed.line + 5),
    priority: 'high',
  };
}

function downPathOf(path: string): string {
  return path.replace(/\bup\.sql$/u, 'down.sql');
}

function isUpDeleted(path: string, context: RuleContext): boolean {
  const up = path.replace(/\bdown\.sql$/u, 'up.sql');
  return (
    up === path ||
    context.changed.some(
      (file) => file.path === up && file.status !== 'added' && file.status !== 'modified',
    )
  );
}

function matchOf({ path }: Collection, line: number, side: 'head' | 'base'): ChangeMatch {
  const parts = path.split('/');
  const name = parts.slice(/^(?:up|down)\.sql$/u.test(parts.at(-1) ?? '') ? -2 : -1).join('/');
  return { path, side, line, anchor: path, values: { name } };
}
