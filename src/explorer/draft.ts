import type { Priority } from '../domain/vocabulary.ts';
import { fillText, type Match, type Place, type Rule } from './rule.ts';
import type { Draft, ExplorationContext } from './task.ts';

/**
 * A match becomes a draft in the review's language. Only here is a finding raised to critical: the rule has
 * a blocking condition, the match says that it holds, and the confidence is high.
 */
export function draftOf(
  rule: Rule,
  match: Match,
  places: readonly Place[],
  optOut: string | null,
  context: ExplorationContext,
): Draft {
  const confidence = match.confidence ?? rule.confidence;
  const blocks = rule.blocks !== null && match.blocks === true && confidence === 'high';
  const text = (key: 'title' | 'impact' | 'why' | 'fix' | 'later'): string =>
    fillText(rule[key][context.language], match.values);
  const priority: Priority = blocks ? 'critical' : (match.priority ?? rule.priority);
  return {
    rule: rule.id,
    anchor: match.anchor,
    group: rule.group,
    item: match.item ?? rule.item,
    category: blocks && rule.blocks !== null ? rule.blocks.category : rule.category,
    principle: rule.principle,
    priority,
    confidence,
    blocks,
    title: text('title'),
    user_impact: text('impact'),
    technical_details: text('why'),
    recommendation: text('fix'),
    recommendation_long_term: text('later'),
    opt_out: optOut,
    places,
  };
}
