/** What is asked of every object; null fields mean that it is no blob. */
const CONTENT = `fragment Content on GitObject {
  oid
  ... on Blob { text isBinary isTruncated byteSize }
}`;

/**
 * Reads objects by name (`$o0 …`) and by `revision:path` (`$e0 …`) in one request. The text of the query
 * depends on the two counts alone; everything foreign travels as a variable.
 * https://docs.github.com/en/graphql/reference/objects#blob
 */
export function objectsQuery(byName: number, byExpression: number): string {
  const names = numbered('o', byName);
  const expressions = numbered('e', byExpression);
  const declared = [
    '$owner: String!',
    '$repo: String!',
    ...names.map((name) => `$${name}: GitObjectID!`),
    ...expressions.map((name) => `$${name}: String!`),
  ];
  const fields = [
    ...names.map((name) => `    ${name}: object(oid: $${name}) { ...Content }`),
    ...expressions.map((name) => `    ${name}: object(expression: $${name}) { ...Content }`),
  ];
  return `query OpsObjects(${declared.join(', ')}) {
  repository(owner: $owner, name: $repo) {
${fields.join('\n')}
  }
}
${CONTENT}
`;
}

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${letter}${at}`);
}
