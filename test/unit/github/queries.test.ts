import { validate } from '@octokit/graphql-schema';
import { describe, expect, it } from 'vitest';
import { objectsQuery } from '../../../src/adapters/github/queries.ts';

describe('GraphQL documents', () => {
  it.each([
    [1, 0],
    [0, 1],
    [2, 2],
    [98, 2],
    [100, 0],
  ])('with %i names and %i paths agree with GitHub’s schema', (names, paths) => {
    expect(validate(objectsQuery(names, paths))).toEqual([]);
  });

  it('carry nothing foreign in their text', () => {
    expect(objectsQuery(2, 1)).toMatchInlineSnapshot(`
      "query OpsObjects($owner: String!, $repo: String!, $o0: GitObjectID!, $o1: GitObjectID!, $e0: String!) {
        repository(owner: $owner, name: $repo) {
          o0: object(oid: $o0) { ...Content }
          o1: object(oid: $o1) { ...Content }
          e0: object(expression: $e0) { ...Content }
        }
      }
      fragment Content on GitObject {
        oid
        ... on Blob { text isBinary isTruncated byteSize }
      }
      "
    `);
  });
});
