import { z } from 'zod';
import { Waiver } from '../domain/concern.ts';
import {
  CONFIG_PATH,
  type ConfigLoad,
  DEFAULT_CONFIG,
  RepoConfig,
  WAIVERS_PATH,
} from '../domain/configuration.ts';
import { OpsError } from '../domain/ops-error.ts';
import { parseYaml, type YamlResult } from './yaml-document.ts';

/** What reading one governed file gave. `problem` means that it exists and could not be read. */
export type GovernedFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'problem'; readonly problem: string };

const WaiverFile = z.strictObject({ waivers: z.array(Waiver).max(500).default([]) });

/**
 * Loads `.github/ops.yml` and `.github/ops-waivers.yml`. `read` answers from the branch that governs, never
 * from the head of a pull request. A broken file is reported with line and remedy, and defaults apply
 * without any waiver; it is never passed over.
 */
export async function loadConfig(
  read: (path: string) => Promise<GovernedFile>,
): Promise<ConfigLoad> {
  try {
    const [config, waivers] = await Promise.all([read(CONFIG_PATH), read(WAIVERS_PATH)]);
    return combine(config, waivers);
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    return unavailable(error.explain());
  }
}

/** Checks the texts of a configuration and, if given, of a waiver file. */
export function parseConfig(configText: string | null, waiverText: string | null): ConfigLoad {
  const file = (text: string | null): GovernedFile =>
    text === null ? { kind: 'absent' } : { kind: 'text', text };
  return combine(file(configText), file(waiverText));
}

function combine(configFile: GovernedFile, waiverFile: GovernedFile): ConfigLoad {
  if (configFile.kind === 'problem') return unavailable(`${CONFIG_PATH}: ${configFile.problem}`);
  if (waiverFile.kind === 'problem') return unavailable(`${WAIVERS_PATH}: ${waiverFile.problem}`);
  const config: YamlResult<RepoConfig> =
    configFile.kind === 'text'
      ? parseYaml(CONFIG_PATH, configFile.text, RepoConfig)
      : { ok: true, value: DEFAULT_CONFIG };
  const waivers: YamlResult<z.infer<typeof WaiverFile>> =
    waiverFile.kind === 'text'
      ? parseYaml(WAIVERS_PATH, waiverFile.text, WaiverFile)
      : { ok: true, value: { waivers: [] } };
  if (!config.ok) return invalid(CONFIG_PATH, config.problems);
  if (!waivers.ok) return invalid(WAIVERS_PATH, waivers.problems);
  const loaded = { config: config.value, waivers: waivers.value.waivers };
  if (configFile.kind === 'absent') return { kind: 'absent', ...loaded };
  return { kind: 'loaded', path: CONFIG_PATH, ...loaded };
}

function invalid(path: string, problems: readonly string[]): ConfigLoad {
  return { kind: 'invalid', config: DEFAULT_CONFIG, waivers: [], path, problems };
}

function unavailable(problem: string): ConfigLoad {
  return { kind: 'unavailable', config: DEFAULT_CONFIG, waivers: [], problem };
}
