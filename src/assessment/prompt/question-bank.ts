import type { Surface } from '../surfaces.ts';

/** What to ask of a change that touches a surface, and which scenarios to play through for it. */
interface Angle {
  readonly questions: readonly string[];
  /** Ids of the reply's `failure_modes`. */
  readonly scenarios: readonly string[];
}

const ANGLES: Readonly<Record<Surface, Angle>> = {
  user_facing: {
    questions: [
      'What does a person see when this request fails, and can they tell what to do next?',
      'What happens on an empty, repeated, oversized or late request?',
    ],
    scenarios: ['traffic_10x', 'latency_10x'],
  },
  outbound_call: {
    questions: [
      'While the other side is away: timeout, bounded retry with growing pauses, breaker, fallback, alert — which exist?',
      'Is the timeout shorter than the one of our own caller, retries included?',
    ],
    scenarios: ['dependency_errors', 'latency_10x', 'dns_failure', 'certificate_expiry'],
  },
  schema: {
    questions: [
      'Does the version that is running now still work once this migration has run?',
      'What is the way back after rows have changed, and has anybody tried it?',
      'Which lock does each step take, on how large a table, for how long?',
    ],
    scenarios: ['data_corruption', 'db_read_only'],
  },
  stored_data: {
    questions: [
      'Pool size × instances against the limit of the server: does it add up?',
      'If this writes wrong values for two hours, how are they found and put right?',
    ],
    scenarios: ['db_read_only', 'data_corruption', 'traffic_10x'],
  },
  deployment: {
    questions: [
      'Do old and new run side by side without harm while this rolls out?',
      'Can it go to a few users first, and be taken back without a new build?',
    ],
    scenarios: ['traffic_10x', 'memory_spike', 'disk_full'],
  },
  credentials: {
    questions: [
      'If this credential leaks: how far does it reach, and how fast can it be replaced without an outage?',
      'Who may call this, and where is that checked?',
    ],
    scenarios: ['credential_leak', 'clock_skew'],
  },
  monitoring: {
    questions: [
      'Which failure of a user path would now go unnoticed?',
      'Does each alert tell its reader what to do?',
    ],
    scenarios: ['other'],
  },
  background_work: {
    questions: [
      'Is the work safe to run twice, and what happens to it when the process is stopped half-way?',
      'How does somebody notice that it has stopped running?',
    ],
    scenarios: ['dependency_errors', 'memory_spike', 'clock_skew', 'disk_full'],
  },
};

/** Our own text for the task block; empty when the change touches nothing that it fits. */
export function anglesFor(surfaces: readonly Surface[]): string {
  if (surfaces.length === 0)
    return 'The change touches no surface that questions or scenarios were written for: ask the author nothing unless the code demands it.';
  const questions = surfaces.flatMap((surface) => ANGLES[surface].questions);
  const scenarios = [...new Set(surfaces.flatMap((surface) => ANGLES[surface].scenarios))];
  return [
    `Surfaces touched: ${surfaces.join(', ')}.`,
    'Questions that fit them:',
    ...questions.map((question) => `- ${question}`),
    `Failure scenarios that fit them: ${scenarios.join(', ')}. Answer at most five, each with the line that shows it; where the repository gives numbers, calculate.`,
  ].join('\n');
}
