/**
 * What the short model names of agent files stand for. One table, changed on purpose: following the newest
 * model of a line by itself would change reviews without anybody having decided it.
 */
export const MODEL_ALIASES = {
  sonnet: 'claude-sonnet-5-5',
  opus: 'claude-opus-5-5',
  haiku: 'claude-haiku-5-5',
  fable: 'claude-fable-5-2',
} as const;
export type ModelAlias = keyof typeof MODEL_ALIASES;

/** Replaces entries of the table; `inherit` is what files without a model of their own get. */
export type ModelOverrides = Partial<Readonly<Record<ModelAlias | 'inherit', string>>>;

export const MODEL_NAMES_HELP = `Use ${Object.keys(MODEL_ALIASES).join(', ')}, inherit, or a full model id such as ${MODEL_ALIASES.sonnet}.`;

/** Full id for what a file says, or null for a name that means nothing. */
export function resolveModel(
  name: string | undefined,
  overrides: ModelOverrides = {},
): string | null {
  if (name === undefined || name === 'inherit')
    return overrides.inherit ?? overrides.sonnet ?? MODEL_ALIASES.sonnet;
  if (isAlias(name)) return overrides[name] ?? MODEL_ALIASES[name];
  return isModelId(name) ? name : null;
}

function isAlias(name: string): name is ModelAlias {
  return Object.hasOwn(MODEL_ALIASES, name);
}

/** Ids of the vendor and of the clouds that serve its models: `us.anthropic.claude-…`, `claude-…@20261101`. */
function isModelId(name: string): boolean {
  return /^(?:[a-z]{2,6}\.)?(?:anthropic\.)?claude-[a-z0-9][a-z0-9.:@-]{1,80}$/u.test(name);
}
