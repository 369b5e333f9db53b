import { buildSchema, graphql } from 'graphql';
import type { Upstream } from './upstream.ts';

/** The part of GitHub's schema that reading files needs; the emulator has no GraphQL at all. */
const SCHEMA = buildSchema(`
  scalar GitObjectID
  interface GitObject { oid: GitObjectID! }
  type Blob implements GitObject {
    oid: GitObjectID! text: String isBinary: Boolean isTruncated: Boolean! byteSize: Int!
  }
  type Tree implements GitObject { oid: GitObjectID! }
  type Repository { object(oid: GitObjectID, expression: String): GitObject }
  type Query { repository(owner: String!, name: String!): Repository }
`);

/** GitHub cuts the text of a blob here. */
const MAX_TEXT_BYTES = 512_000;

interface EncodedBlob {
  readonly sha: string;
  readonly content: string;
}

/** Answers a query by reading the emulator's REST API, object by object. */
export async function answerGraphQL(
  upstream: Upstream,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  return await graphql({
    schema: SCHEMA,
    source: query,
    variableValues: variables,
    rootValue: {
      repository: ({ owner, name }: { owner: string; name: string }) => ({
        object: async (args: { oid?: string; expression?: string }) =>
          await objectOf(upstream, `/repos/${owner}/${name}`, args),
      }),
    },
  });
}

async function objectOf(
  upstream: Upstream,
  repository: string,
  { oid, expression }: { oid?: string; expression?: string },
): Promise<unknown> {
  const sha = oid ?? (await resolveExpression(upstream, repository, expression ?? ''));
  if (sha === null) return null;
  const answer = await upstream.send('GET', `${repository}/git/blobs/${sha}`);
  if (answer.status === 404) return null;
  const blob = JSON.parse(answer.text) as EncodedBlob;
  const bytes = Buffer.from(blob.content, 'base64');
  const isBinary = bytes.subarray(0, 8_000).includes(0);
  return {
    __typename: 'Blob',
    oid: sha,
    byteSize: bytes.length,
    isBinary,
    isTruncated: bytes.length > MAX_TEXT_BYTES,
    text: isBinary ? null : bytes.subarray(0, MAX_TEXT_BYTES).toString('utf8'),
  };
}

/** `revision:path`, by listing the revision's tree. The emulator lists trees of commits, not of branches. */
async function resolveExpression(
  upstream: Upstream,
  repository: string,
  expression: string,
): Promise<string | null> {
  const at = expression.indexOf(':');
  const commit = await commitOf(upstream, repository, expression.slice(0, at));
  const path = expression.slice(at + 1);
  const answer = await upstream.send('GET', `${repository}/git/trees/${commit}?recursive=1`);
  if (answer.status === 404) return null;
  const { tree } = JSON.parse(answer.text) as {
    tree: { path: string; type: string; sha: string }[];
  };
  return tree.find((entry) => entry.path === path && entry.type === 'blob')?.sha ?? null;
}

async function commitOf(upstream: Upstream, repository: string, revision: string): Promise<string> {
  if (/^[0-9a-f]{40}$/u.test(revision)) return revision;
  const branch = revision === 'HEAD' ? 'main' : revision.replace(/^refs\/heads\//u, '');
  const ref = await upstream.json<{ object: { sha: string } }>(
    'GET',
    `${repository}/git/ref/heads/${branch}`,
  );
  return ref.object.sha;
}
