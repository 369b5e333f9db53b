import { z } from 'zod';
import type { Waiver } from './concern.ts';
import { Language, Tier } from './vocabulary.ts';

export const CONFIG_PATH = '.github/ops.yml';
export const WAIVERS_PATH = '.github/ops-waivers.yml';

/** `.github/ops.yml` on the default branch. Unknown keys are refused, so that a typo never switches a gate off. */
export const RepoConfig = z.strictObject({
  language: Language.nullable()
    .default(null)
    .describe('Language of comments and checks. Default: the language of the agent file.'),
  tier: Tier.default('startup').describe(
    'How much this repository has to lose. `prototype` blocks on data loss and security only.',
  ),
  block_on: z
    .enum(['critical', 'never'])
    .default('critical')
    .describe('`never` reports deployment blockers without failing the check (observe only).'),
  comment: z
    .enum(['always', 'when_concerns', 'never'])
    .default('always')
    .describe('When to write the review comment. The check run is always written.'),
  on_agent_unavailable: z
    .enum(['block', 'rules_only'])
    .default('block')
    .describe('What a review without its agent part counts as when the model cannot be reached.'),
  agent: z
    .strictObject({
      enabled: z.boolean().default(true).describe('`false` reviews with the rules only.'),
      max_usd: z
        .number()
        .min(0)
        .default(1)
        .describe('Most that one review may cost, US dollars. 0 reviews with the rules only.'),
      max_turns: z.int().min(1).max(50).default(20),
    })
    .prefault({}),
  rules: z
    .strictObject({
      disable: z
        .array(z.string().regex(/^[a-z]+\/[a-z0-9-]+$/u))
        .default([])
        .describe('Rule ids that do not run here.'),
    })
    .prefault({}),
  ignore: z
    .array(z.string().min(1).max(200))
    .max(100)
    .default([])
    .describe('Globs of files that no rule but the secret rules looks at.'),
});
export type RepoConfig = z.infer<typeof RepoConfig>;

export const DEFAULT_CONFIG: RepoConfig = RepoConfig.parse({});

/** Every way in which loading ends. `invalid` and `unavailable` never silently become defaults. */
export type ConfigLoad =
  | { readonly kind: 'absent'; readonly config: RepoConfig; readonly waivers: readonly Waiver[] }
  | {
      readonly kind: 'loaded';
      readonly config: RepoConfig;
      readonly waivers: readonly Waiver[];
      readonly path: string;
    }
  | {
      readonly kind: 'invalid';
      /** Built-in defaults, without waivers: what governs until the file is mended. */
      readonly config: RepoConfig;
      readonly waivers: readonly [];
      readonly path: string;
      /** `path:line: what is wrong. What to write instead.` */
      readonly problems: readonly string[];
    }
  | {
      readonly kind: 'unavailable';
      readonly config: RepoConfig;
      readonly waivers: readonly [];
      readonly problem: string;
    };
