import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Forward only: a migration that has been released is never edited, and there is no way back. The names sort in
 * the order in which they run.
 */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '2026-11-24-first': { up: createFirstTables },
};

async function createFirstTables(db: Kysely<unknown>): Promise<void> {
  for (const statement of FIRST) await sql.raw(statement).execute(db);
}

const FIRST = [
  `create table pulls (
    installation_id integer not null, repository_id integer not null, pull integer not null,
    owner text not null, name text not null, open integer not null,
    head_sha text not null, before_sha text, changed_at integer not null,
    wanted_review text, comment_id integer, published_head_sha text,
    concerns text not null default '[]',
    primary key (installation_id, repository_id, pull)
  ) strict`,
  `create index pulls_by_head on pulls (repository_id, head_sha)`,
  `create table reviews (
    id text primary key,
    installation_id integer not null, repository_id integer not null, pull integer not null,
    head_sha text not null, cause text not null, check_id integer, comment_id integer,
    superseded integer not null default 0, "end" text, reason text, verdict text,
    settled integer not null default 0, holder text, held_until integer,
    first_started_at integer, ended_at integer,
    foreign key (installation_id, repository_id, pull)
      references pulls (installation_id, repository_id, pull)
  ) strict`,
  `create index reviews_unsettled on reviews (installation_id, repository_id, pull) where settled = 0`,
  `create table deliveries (
    id text primary key, received_at integer not null,
    review_id text references reviews (id), processed_at integer
  ) strict`,
  `create index deliveries_by_review on deliveries (review_id) where processed_at is null`,
  `create index deliveries_by_age on deliveries (received_at)`,
  `create table waivers (
    installation_id integer not null, repository_id integer not null, pull integer not null,
    concern text not null, reason text not null, owner text not null, until text not null,
    primary key (installation_id, repository_id, pull, concern)
  ) strict`,
  `create table audit (
    id integer primary key autoincrement, at integer not null,
    installation_id integer not null, repository_id integer not null, pull integer,
    actor text not null, action text not null, outcome text not null
  ) strict`,
  `create table jobs (
    id text primary key, lane text not null, key text not null, payload text not null,
    state text not null check (state in ('waiting', 'leased', 'dead')),
    attempts integer not null, run_at integer not null,
    lease_owner text, lease_until integer, last_reason text
  ) strict`,
  `create unique index jobs_waiting on jobs (lane, key) where state = 'waiting'`,
  `create index jobs_due on jobs (lane, state, run_at)`,
  `create index jobs_leased on jobs (lane, key) where state = 'leased'`,
];
