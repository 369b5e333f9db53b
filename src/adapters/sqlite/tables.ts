/** Rows as they stand in the file. Times are epoch milliseconds, flags 0 or 1, lists JSON text. */

export interface DeliveryRow {
  id: string;
  received_at: number;
  /** The review that this delivery led to; it is processed when that review has ended well. */
  review_id: string | null;
  processed_at: number | null;
}

export interface PullRow {
  installation_id: number;
  repository_id: number;
  pull: number;
  owner: string;
  name: string;
  open: number;
  head_sha: string;
  before_sha: string | null;
  changed_at: number;
  wanted_review: string | null;
  comment_id: number | null;
  published_head_sha: string | null;
  concerns: string;
}

export interface ReviewRow {
  id: string;
  installation_id: number;
  repository_id: number;
  pull: number;
  head_sha: string;
  cause: string;
  check_id: number | null;
  comment_id: number | null;
  superseded: number;
  end: string | null;
  reason: string | null;
  verdict: string | null;
  settled: number;
  holder: string | null;
  held_until: number | null;
  first_started_at: number | null;
  ended_at: number | null;
}

export interface WaiverRow {
  installation_id: number;
  repository_id: number;
  pull: number;
  concern: string;
  reason: string;
  owner: string;
  until: string;
}

export interface AuditRow {
  at: number;
  installation_id: number;
  repository_id: number;
  pull: number | null;
  actor: string;
  action: string;
  outcome: string;
}

export interface JobRow {
  id: string;
  lane: string;
  key: string;
  payload: string;
  state: 'waiting' | 'leased' | 'dead';
  attempts: number;
  run_at: number;
  lease_owner: string | null;
  lease_until: number | null;
  last_reason: string | null;
}

export interface Tables {
  deliveries: DeliveryRow;
  pulls: PullRow;
  reviews: ReviewRow;
  waivers: WaiverRow;
  audit: AuditRow;
  jobs: JobRow;
}
