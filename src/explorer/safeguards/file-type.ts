import { DOCKERFILES } from '../parsers/dockerfile-files.ts';

export type SafeguardFileType = 'dockerfile' | 'compose' | 'yaml' | 'terraform' | 'code';

/** Also the globs of the rules that read the inventory; the two must say the same. */
export const SAFEGUARD_FILES: readonly string[] = [
  ...DOCKERFILES,
  '**/*.{yml,yaml}',
  '**/*.tf',
  '**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,go,java,kt,rb,rs,cs,php}',
];

const CODE = /\.(?:[mc]?[jt]s|[jt]sx|py|go|java|kt|rb|rs|cs|php)$/u;
const DOCKERFILE = /(?:^|\/)(?:Dockerfile|Containerfile)(?:\.[^/]*)?$|\.dockerfile$/iu;
const COMPOSE = /(?:^|\/)(?:docker-)?compose(?:[.-][^/]*)?\.ya?ml$/iu;

/** Which inventory reads a path; null: none does. */
export function fileTypeOf(path: string): SafeguardFileType | null {
  if (DOCKERFILE.test(path)) return 'dockerfile';
  if (COMPOSE.test(path)) return 'compose';
  if (/\.ya?ml$/u.test(path)) return 'yaml';
  if (path.endsWith('.tf')) return 'terraform';
  return CODE.test(path) ? 'code' : null;
}
