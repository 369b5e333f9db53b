import type { Concern } from '../domain/concern.ts';
import type { FailureMode } from '../domain/report.ts';
import type { Item, Language, Localized } from '../domain/vocabulary.ts';

/** The question that chaos engineering asks about an item, by the scenario that it belongs to. */
interface Scenario {
  readonly id: string;
  readonly question: Localized;
}

const LATENCY: Scenario = {
  id: 'latency_10x',
  question: {
    en: 'What happens when the network is ten times slower?',
    vi: 'Điều gì xảy ra khi network chậm đi mười lần?',
  },
};
const DEPENDENCY: Scenario = {
  id: 'dependency_errors',
  question: {
    en: 'What happens when a dependency answers with errors?',
    vi: 'Điều gì xảy ra khi dependency trả về lỗi?',
  },
};
const TRAFFIC: Scenario = {
  id: 'traffic_10x',
  question: {
    en: 'What happens when traffic grows tenfold within minutes?',
    vi: 'Điều gì xảy ra khi traffic tăng mười lần trong vài phút?',
  },
};
const CORRUPTION: Scenario = {
  id: 'data_corruption',
  question: {
    en: 'What happens when data turns out to be lost or wrong after the deploy?',
    vi: 'Điều gì xảy ra nếu sau deploy mới biết dữ liệu bị mất hoặc sai?',
  },
};
const LEAK: Scenario = {
  id: 'credential_leak',
  question: {
    en: 'What happens when a credential leaks?',
    vi: 'Điều gì xảy ra khi credential bị lộ?',
  },
};

const SCENARIO_OF: Partial<Record<Item, Scenario>> = {
  timeouts: LATENCY,
  error_handling: DEPENDENCY,
  retries: DEPENDENCY,
  circuit_breakers: DEPENDENCY,
  horizontal_scaling: TRAFFIC,
  caching: TRAFFIC,
  rate_limiting: TRAFFIC,
  secrets: LEAK,
  rollback: CORRUPTION,
};

export const MAX_FAILURE_MODES = 5;

/** One failure mode a scenario that a rule's concern answers; the agent's own answers come first. */
export function failureModes(
  fromAgent: readonly FailureMode[],
  concerns: readonly Concern[],
  language: Language,
): FailureMode[] {
  const modes = [...fromAgent];
  for (const concern of concerns) {
    const scenario = SCENARIO_OF[concern.area];
    if (scenario === undefined || concern.rule === null || concern.origin === 'pre_existing')
      continue;
    if (modes.some((mode) => mode.scenario === scenario.id)) continue;
    modes.push({
      scenario: scenario.id,
      question: scenario.question[language],
      behaviour: concern.user_impact,
      verdict: concern.priority === 'critical' ? 'breaks' : 'degrades',
      evidence: concern.evidence.slice(0, 1),
    });
  }
  return modes.slice(0, MAX_FAILURE_MODES);
}
