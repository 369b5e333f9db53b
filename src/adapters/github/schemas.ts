import { z } from 'zod';

/** What Ops reads of GitHub's answers, and nothing more. Unknown fields are dropped. */

export const Pull = z.object({
  number: z.int(),
  title: z.string(),
  body: z.string().nullable(),
  state: z.enum(['open', 'closed']),
  draft: z.boolean().default(false),
  user: z.object({ login: z.string() }).nullable(),
  author_association: z.string().default('NONE'),
  changed_files: z.int().default(0),
  head: z.object({ sha: z.string() }),
  base: z.object({
    sha: z.string(),
    ref: z.string(),
    repo: z.object({ full_name: z.string(), default_branch: z.string() }),
  }),
});
export type Pull = z.infer<typeof Pull>;

export const ListedFile = z.object({
  filename: z.string(),
  status: z.string(),
  previous_filename: z.string().optional(),
});
export type ListedFile = z.infer<typeof ListedFile>;

export const Comparison = z.object({
  base_commit: z.object({ sha: z.string() }),
  merge_base_commit: z.object({ sha: z.string() }),
  files: z.array(ListedFile).default([]),
});

export const Tree = z.object({
  truncated: z.boolean().default(false),
  tree: z.array(
    z.object({
      path: z.string(),
      mode: z.string(),
      type: z.string(),
      sha: z.string(),
      size: z.int().optional(),
    }),
  ),
});

export const EncodedBlob = z.object({ content: z.string(), encoding: z.string() });

const GraphQLBlob = z.object({
  oid: z.string(),
  text: z.string().nullable().optional(),
  isBinary: z.boolean().nullable().optional(),
  isTruncated: z.boolean().optional(),
  byteSize: z.int().optional(),
});
export type GraphQLBlob = z.infer<typeof GraphQLBlob>;

export const GraphQLObjects = z.object({
  repository: z.record(z.string(), GraphQLBlob.nullable()),
});

export const CheckRun = z.object({
  id: z.int(),
  name: z.string(),
  head_sha: z.string(),
  status: z.string(),
  conclusion: z.string().nullable(),
  external_id: z.string().nullable().default(null),
  app: z.object({ id: z.int() }).nullable().default(null),
  output: z
    .object({
      title: z.string().nullable().default(null),
      summary: z.string().nullable().default(null),
      text: z.string().nullable().default(null),
      annotations_count: z.int().default(0),
    })
    .default({ title: null, summary: null, text: null, annotations_count: 0 }),
});
export type CheckRun = z.infer<typeof CheckRun>;

export const CheckRuns = z.object({ check_runs: z.array(CheckRun) });

export const Comment = z.object({
  id: z.int(),
  body: z.string().nullable().default(''),
  user: z.object({ login: z.string() }).nullable(),
  performed_via_github_app: z.object({ id: z.int() }).nullable().default(null),
});
export type Comment = z.infer<typeof Comment>;

export const Permission = z.object({ permission: z.string() });

export const OpenPull = z.object({
  number: z.int(),
  draft: z.boolean().default(false),
  updated_at: z.string(),
  head: z.object({ sha: z.string() }),
  base: z.object({ ref: z.string() }),
});
export type OpenPull = z.infer<typeof OpenPull>;
