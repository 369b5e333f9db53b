import { type GraphQLSchema, buildSchema, graphql } from 'graphql';
import type { FakeState } from './state.ts';
import type { Json } from './shapes.ts';

/** Where GitHub cuts the text of a blob. */
const MAX_BLOB_TEXT_BYTES = 512_000;

let schema: GraphQLSchema | undefined;

/** Runs a query against GitHub's published schema; only the repository's objects are there. */
export async function runGraphQL(
  state: FakeState,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<Json> {
  schema ??= await loadSchema();
  const result = await graphql({
    schema,
    source: query,
    variableValues: variables,
    rootValue: { repository: (args: { owner: string; name: string }) => repositoryOf(state, args) },
  });
  return JSON.parse(JSON.stringify(result)) as Json;
}

function repositoryOf(state: FakeState, { owner, name }: { owner: string; name: string }): unknown {
  if (owner !== state.repo.owner || name !== state.repo.name) return null;
  const { defaultBranch, id } = state.repo;
  return {
    __typename: 'Repository',
    databaseId: id,
    object: (args: { oid?: string; expression?: string }) => objectOf(state, resolve(state, args)),
    defaultBranchRef: {
      name: defaultBranch,
      target: { __typename: 'Commit', oid: state.branches.get(defaultBranch) },
    },
  };
}

/** `rev:path`, `rev` or an object name, as `git rev-parse` reads them. */
function resolve(
  state: FakeState,
  { oid, expression }: { oid?: string; expression?: string },
): string | undefined {
  if (oid !== undefined) return oid;
  const [revision, ...rest] = (expression ?? '').split(':');
  const branch = revision === 'HEAD' ? state.repo.defaultBranch : revision!;
  const commit = state.branches.get(branch.replace(/^refs\/heads\//u, '')) ?? revision!;
  if (rest.length === 0) return commit;
  const path = rest.join(':');
  for (const [candidate, entry] of state.git.walk(commit)) if (candidate === path) return entry.oid;
  return undefined;
}

function objectOf(state: FakeState, oid: string | undefined): unknown {
  if (oid === undefined) return null;
  const bytes = state.git.blob(oid);
  if (bytes !== undefined) return blobOf(oid, bytes);
  if (state.git.commit(oid) !== undefined) return { __typename: 'Commit', oid };
  return state.git.tree(oid) === undefined ? null : { __typename: 'Tree', oid };
}

function blobOf(oid: string, bytes: Buffer): unknown {
  const isBinary = bytes.subarray(0, 8_000).includes(0);
  const isTruncated = bytes.length > MAX_BLOB_TEXT_BYTES;
  const text = isBinary ? null : bytes.subarray(0, MAX_BLOB_TEXT_BYTES).toString('utf8');
  return { __typename: 'Blob', oid, byteSize: bytes.length, isBinary, isTruncated, text };
}

/** Only when a query comes: reading the description takes a third of a second. */
async function loadSchema(): Promise<GraphQLSchema> {
  const description = await import('@octokit/graphql-schema');
  return buildSchema(description.schema.idl, { assumeValid: true });
}
