import { type Dockerfile, dockerfileParser, lineage } from '../parsers/dockerfile.ts';
import type { SourceFile } from '../source-file.ts';
import { ITEM_OF_KIND, type Safeguard } from './safeguard.ts';

/** The health check and the stop signal that the final image ends up with. */
export function* collectDockerfileSafeguards(file: SourceFile): Iterable<Safeguard> {
  const dockerfile = file.parse(dockerfileParser);
  const owner = ownerOf(file);
  const check = lastOf(dockerfile, 'HEALTHCHECK');
  if (check === null || /^NONE\s*$/iu.test(check.text)) return;
  const { line, endLine } = check;
  const kind = 'healthcheck';
  yield {
    kind,
    item: ITEM_OF_KIND[kind],
    owner,
    name: 'HEALTHCHECK',
    line,
    endLine,
    strength: null,
  };
}

export function* collectDockerfileOwners(file: SourceFile): Iterable<string> {
  if (file.parse(dockerfileParser).stages.length > 0) yield ownerOf(file);
}

/** A Dockerfile has no name of its own: only its path tells one image of a repository from another. */
function ownerOf(file: SourceFile): string {
  return `image/${file.path}`;
}

function lastOf(
  dockerfile: Dockerfile,
  keyword: string,
): Dockerfile['stages'][number]['instructions'][number] | null {
  const final = dockerfile.stages.at(-1);
  if (final === undefined) return null;
  for (const stage of lineage(final)) {
    const found = stage.instructions.findLast((i) => i.keyword === keyword);
    if (found !== undefined) return found;
  }
  return null;
}
