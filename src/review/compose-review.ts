import type { AgentDefinition } from '../config/agent-definition.ts';
import { type GovernedFile, loadConfig } from '../config/load-config.ts';
import type { Model } from '../assessment/model.ts';
import { emptyAssessment } from '../domain/assessment.ts';
import type { ConfigLoad } from '../domain/configuration.ts';
import type { Language } from '../domain/vocabulary.ts';
import { explore } from '../explorer/explore.ts';
import type { RegistryEntry } from '../explorer/registry-entry.ts';
import type { Analyzer } from '../explorer/task.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { ChangeSource } from '../snapshot/change-source.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { SourceTree } from '../snapshot/source-tree.ts';
import { takeSnapshot } from '../snapshot/take-snapshot.ts';
import type { ReviewHistory } from '../synthesis/context.ts';
import { type AgentPermission, agentSkip } from './agent-skip.ts';
import type { ReviewDeps } from './run-review.ts';

/** What differs between a review on GitHub and one on a laptop. */
export interface ReviewParts {
  readonly source: ChangeSource;
  readonly publisher: Publisher;
  readonly analyzer: Analyzer;
  readonly registry: readonly RegistryEntry[];
  /** Wins over configuration and agent file; null leaves the choice to them. */
  readonly language: Language | null;
  /** The agent that speaks this language, or the only one there is. */
  loadAgent(language: Language | null): Promise<AgentDefinition>;
  /** Null when no key is configured. */
  readonly modelFor: ((agent: AgentDefinition) => Promise<Model>) | null;
  readonly permission: Omit<AgentPermission, 'modelConfigured'>;
  readonly history: ReviewHistory;
  /** Replaces what the repository says, for `--config` and `--tier`. */
  readonly overrideConfig?: (load: ConfigLoad) => ConfigLoad;
  readonly today: string;
  readonly opsVersion: string;
  readonly signal: AbortSignal;
}

/** Builds the five steps of a review from its parts. */
export function composeReview(parts: ReviewParts): ReviewDeps {
  const { publisher } = parts;
  return {
    takeSnapshot: async () => {
      await publisher.progress('reading');
      return await takeSnapshot({
        source: parts.source,
        loadConfig: async (governance) => await configOf(governance, parts),
      });
    },
    explore: async (snapshot) => {
      await publisher.progress('rules');
      const { language } = await voiceFor(snapshot, parts);
      return await explore(snapshot, {
        analyzer: parts.analyzer,
        registry: parts.registry,
        language,
      });
    },
    assess: async (snapshot, exploration) => {
      const { language, agent } = await voiceFor(snapshot, parts);
      const { config } = snapshot.config;
      const permission = { ...parts.permission, modelConfigured: parts.modelFor !== null };
      const skip = agentSkip(snapshot.pull, config, permission, language);
      if (skip !== null || parts.modelFor === null)
        return emptyAssessment(skip?.status ?? 'skipped', skip?.detail ?? '');
      await publisher.progress('agent');
      // A review by rules only never loads the agent's half of the program.
      const { assess } = await import('../assessment/assess.ts');
      return await assess(snapshot, exploration, {
        model: await parts.modelFor(agent),
        agent,
        language,
        limits: { maxUsd: config.agent.max_usd, maxTurns: config.agent.max_turns },
        signal: parts.signal,
      });
    },
    contextFor: async (snapshot) => {
      await publisher.progress('writing');
      const { language, agent } = await voiceFor(snapshot, parts);
      return {
        language,
        icon: agent.icon,
        history: parts.history,
        today: parts.today,
        opsVersion: parts.opsVersion,
        notices: agent.notices,
      };
    },
    publish: async (review) => await publisher.publish(review),
  };
}

async function configOf(tree: SourceTree, parts: ReviewParts): Promise<ConfigLoad> {
  const load = await loadConfig(async (path) => await governedFile(tree, path));
  return parts.overrideConfig?.(load) ?? load;
}

async function governedFile(tree: SourceTree, path: string): Promise<GovernedFile> {
  const read = (await tree.read([path])).get(path);
  if (read === undefined) return { kind: 'absent' };
  if (read.kind === 'text') return { kind: 'text', text: read.text };
  return {
    kind: 'problem',
    problem: `the file cannot be used (${read.reason}). Write plain UTF-8.`,
  };
}

/** Whose words the review is in: the command line's, the configuration's, or the agent file's. */
async function voiceFor(
  snapshot: Snapshot,
  parts: ReviewParts,
): Promise<{ readonly language: Language; readonly agent: AgentDefinition }> {
  const wanted = parts.language ?? snapshot.config.config.language;
  const agent = await parts.loadAgent(wanted);
  return { language: wanted ?? agent.language, agent };
}
