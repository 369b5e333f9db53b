import { MIGRATION_FILES } from '../../parsers/migration/migration.ts';
import type { MigrationTool } from '../../parsers/migration/operations.ts';
import type { ChangeMatch, Collected, LineRange } from '../../rule.ts';
import { defineChangeRule } from '../../rule.ts';
import type { MigrationFact } from './define-migration-rule.ts';
import { SURFACES, collectMigration } from './define-migration-rule.ts';

type Collection = Collected<MigrationFact>;

/** Tools that compare a checksum before they migrate, and refuse to go on when it differs. */
const REFUSES: Partial<Record<MigrationTool, string>> = {
  flyway: 'Flyway',
  liquibase: 'Liquibase',
};

export default defineChangeRule<MigrationFact>({
  id: 'migration/edited-after-merge',
  wave: 1,
  item: 'rollback',
  group: 'technical_risks',
  category: 'technical_debt',
  principle: 'happy_path_is_rare',
  priority: 'high',
  confidence: 'medium',
  blocks: {
    category: 'no_rollback',
    when: {
      en: 'The migration belongs to a tool that checks checksums before it migrates (Flyway versioned scripts, Liquibase changesets without `runOnChange`).',
      vi: 'Migration thuộc công cụ kiểm tra checksum trước khi chạy (script có version của Flyway, changeset Liquibase không có `runOnChange`).',
    },
  },
  surfaces: SURFACES,
  files: MIGRATION_FILES,
  title: {
    en: 'A migration that was already merged is edited: {what}',
    vi: 'Sửa migration đã được merge: {what}',
  },
  impact: {
    en: 'Databases that already ran it never get the edit, or the deploy stops on a checksum error; environments drift apart and the next migration fails on only some of them.',
    vi: 'Database đã chạy migration này sẽ không bao giờ nhận phần sửa, hoặc deploy dừng vì lỗi checksum; các môi trường lệch nhau và migration sau chỉ lỗi ở một vài nơi.',
  },
  why: {
    en: 'Migration tools run each version once and remember it. Editing the file changes history for new databases only; Flyway and Liquibase also compare checksums and refuse to continue.',
    vi: 'Công cụ migration chỉ chạy mỗi version một lần rồi ghi nhớ. Sửa file chỉ đổi lịch sử cho database mới; Flyway và Liquibase còn so checksum và từ chối chạy tiếp.',
  },
  fix: {
    en: 'Restore the file as it is on the base branch and put the correction into a new migration.',
    vi: 'Khôi phục file như trên nhánh gốc và đưa phần sửa vào một migration mới.',
  },
  later: {
    en: 'If it truly never ran anywhere, delete it and add a new one under a new version; protect the folder with a CI check that allows additions only.',
    vi: 'Nếu thật sự chưa chạy ở đâu, hãy xóa nó và thêm file mới với version mới; thêm bước CI chỉ cho phép thêm file trong thư mục này.',
  },
  references: [
    'https://documentation.red-gate.com/fd/validate-184127464.html',
    'https://docs.liquibase.com/concepts/changelogs/changeset-checksums.html',
  ],
  examples: {
    bad: [
      {
        path: 'src/main/resources/db/migration/V3__users.sql',
        base: 'CREATE TABLE users (id bigint);\n',
        code: 'CREATE TABLE users (id bigint, email text);\n',
      },
      {
        path: 'db/migrate/20250101101500_add_email.rb',
        base: 'class AddEmail < ActiveRecord::Migration[8.0]\n  def change\n    add_column :users, :email, :string\n  end\nend\n',
        code: 'class AddEmail < ActiveRecord::Migration[8.0]\n  def change\n    add_column :users, :email, :text\n  end\nend\n',
      },
      {
        path: 'db/changelog/users.sql',
        base: '--liquibase formatted sql\n--changeset an:1\nCREATE TABLE users (id bigint);\n',
        code: '--liquibase formatted sql\n--changeset an:1\nCREATE TABLE users (id integer);\n',
      },
    ],
    good: [
      {
        path: 'migrations/20250101_users.sql',
        base: 'CREATE TABLE users (id bigint);\n',
        code: '-- Accounts of customers.\nCREATE TABLE users (id bigint);\n',
      },
      {
        // Liquibase files grow: the old changeset stays as it was.
        path: 'db/changelog/users.sql',
        base: '--liquibase formatted sql\n--changeset an:1\nCREATE TABLE users (id bigint);\n',
        code: '--liquibase formatted sql\n--changeset an:1\nCREATE TABLE users (id bigint);\n--changeset an:2\nALTER TABLE users ADD COLUMN email text;\n',
      },
      {
        // Repeatable by design.
        path: 'src/main/resources/db/migration/R__views.sql',
        base: 'CREATE OR REPLACE VIEW v AS SELECT 1 AS a;\n',
        code: 'CREATE OR REPLACE VIEW v AS SELECT 2 AS a;\n',
      },
      {
        path: 'alembic/versions/1a2b_email.py',
        base: 'from alembic import op\nimport sqlalchemy as sa\n\n\ndef upgrade():\n    op.add_column("users", sa.Column("email", sa.Text()))\n\n\ndef downgrade():\n    pass\n',
        code: "from alembic import op\nimport sqlalchemy as sa\n\n\ndef upgrade():\n    op.add_column(\n        'users',\n        sa.Column('email', sa.Text()),\n    )\n\n\ndef downgrade():\n    op.drop_column('users', 'email')\n",
      },
    ],
  },
  // What cannot be parsed on one side cannot be compared; the other rules name the gap.
  collect: (file, context) => collectMigration(file, context, /(?!)/u),
  *decide({ base, head }) {
    for (const after of head) {
      if (after.fact.downOnly || after.fact.runs === 'repeatable') continue;
      if (after.status === 'modified')
        yield* editsOf(
          after,
          base.find(({ path }) => path === after.path),
        );
      if (after.status === 'renamed') yield* renameOf(after, base);
    }
  },
});

function* editsOf(after: Collection, before: Collection | undefined): Iterable<ChangeMatch> {
  if (before === undefined) return;
  if (after.fact.runs === 'appended') {
    for (const old of before.fact.changesets) {
      const now = after.fact.changesets.find(({ id }) => id === old.id);
      if (now === undefined || now.digest === old.digest || now.editable) continue;
      yield matchOf(after, { line: now.line, endLine: now.line }, 'head', `changeset ${old.id}`);
    }
    return;
  }
  if (after.fact.digest === before.fact.digest) return;
  const [added] = after.changedLines;
  const [removed] = before.changedLines;
  const what = nameOf(after.path);
  if (added !== undefined) yield matchOf(after, added, 'head', what);
  else if (removed !== undefined) yield matchOf(before, removed, 'base', what);
}

/** The same migration under another name is a new one to its tool, and the old one is gone. */
function* renameOf(after: Collection, base: readonly Collection[]): Iterable<ChangeMatch> {
  const before = base.find(
    ({ status, fact }) => status === 'renamed' && fact.digest === after.fact.digest,
  );
  if (before === undefined || nameOf(before.path) === nameOf(after.path)) return;
  yield matchOf(
    after,
    { line: 1, endLine: 1 },
    'head',
    `${nameOf(before.path)} → ${nameOf(after.path)}`,
  );
}

function matchOf(
  { path, fact }: Collection,
  { line, endLine }: LineRange,
  side: 'head' | 'base',
  what: string,
): ChangeMatch {
  const certain = REFUSES[fact.tool] !== undefined;
  return {
    path,
    side,
    line,
    endLine: Math.min(endLine, line + 5),
    anchor: what,
    blocks: certain,
    confidence: certain ? 'high' : 'medium',
    values: { what: `\`${what}\`` },
  };
}

/** Tools that give each migration a folder name it by the folder. */
function nameOf(path: string): string {
  const parts = path.split('/');
  const isFolderNamed = /^(?:up|down|migration)\.sql$/u.test(parts.at(-1) ?? '');
  return parts.slice(isFolderNamed ? -2 : -1).join('/');
}
