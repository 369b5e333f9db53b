/**
 * An image reference without tag and digest, or with the tag `latest`. A port of the registry is no tag.
 * https://docs.docker.com/reference/cli/docker/image/tag/
 */
export function isUnpinned(reference: string): boolean {
  if (reference.includes('@')) return false;
  const last = reference.slice(reference.lastIndexOf('/') + 1);
  const tag = last.split(':')[1];
  return tag === undefined || tag === 'latest';
}
