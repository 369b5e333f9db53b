/** Globs of Dockerfiles. Ignore lists, templates and notes beside one are none. */
export const DOCKERFILES: readonly string[] = [
  '**/{Dockerfile,Containerfile}',
  '**/{Dockerfile,Containerfile}.!(dockerignore|md|txt|j2|jinja|tpl|tmpl|template|erb|in|sh|yml|yaml|json)',
  '**/*.{dockerfile,Dockerfile}',
];
