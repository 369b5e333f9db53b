import { expect, it } from 'vitest';
import { untrustedIn } from '../../../../src/explorer/parsers/workflow-expression.ts';

it.each([
  ['github.event.issue.title', 'github.event.issue.title'],
  ["github.event['issue']['title']", 'github.event.issue.title'],
  ['github.head_ref || github.ref_name', 'github.head_ref'],
  ["format('{0}', github.event.comment.body)", 'github.event.comment.body'],
  ['github.event.commits[0].message', 'github.event.commits[0].message'],
  ['toJSON(github.event)', 'toJSON(github.event)'],
  ['github.event.pull_request.number', null],
  ['github.event.pull_request.head.sha', null],
  ['github.event.pull_request.title_length', null],
  ["contains(github.event.issue.body, 'x')", null],
  ["github.head_ref == 'main' && 'a' || 'b'", null],
  ['github.head_ref && secrets.TOKEN', null],
  ["format('<{0}>', github.event.issue.title)", 'github.event.issue.title'],
  ["format('a && b || {0}', github.head_ref)", 'github.head_ref'],
  ["github.event.issue['title'] == 'a' && 'b'", null],
  ['inputs.name', null],
])('%s prints %s', (body, context) => {
  expect(untrustedIn(body)).toBe(context);
});
