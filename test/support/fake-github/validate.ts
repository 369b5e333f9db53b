import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

/** The parts of GitHub's OpenAPI description that the fake checks requests against. */
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: Record<string, unknown>;
}
interface Operation {
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: {
    readonly content?: Readonly<Record<string, { readonly schema: Record<string, unknown> }>>;
  };
}
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly parameters: Readonly<Record<string, Parameter>> };
}

interface OperationCheck {
  readonly body: ValidateFunction | null;
  readonly bodyNames: ReadonlySet<string>;
  readonly queryNames: ReadonlySet<string>;
}

let description: Description | undefined;
let ajv: Ajv | undefined;
const checks = new Map<string, OperationCheck>();

/**
 * What GitHub's published description says against a request; empty when nothing. Unknown names in the
 * body or the query are problems too: GitHub ignores them, and a misspelt field would go unnoticed.
 */
export function problemsOf(
  method: string,
  template: string,
  body: unknown,
  query: URLSearchParams,
): string[] {
  const check = checkFor(method.toLowerCase(), template);
  const problems = [...query.keys()]
    .filter((name) => !check.queryNames.has(name))
    .map((name) => `unknown query parameter ${name}`);
  if (typeof body === 'object' && body !== null) {
    for (const name of Object.keys(body))
      if (!check.bodyNames.has(name)) problems.push(`unknown body field ${name}`);
  }
  if (check.body !== null && !check.body(body ?? {}))
    for (const error of check.body.errors ?? [])
      problems.push(`${error.instancePath || 'body'} ${error.message ?? 'is invalid'}`);
  return problems;
}

function checkFor(method: string, template: string): OperationCheck {
  const key = `${method} ${template}`;
  const known = checks.get(key);
  if (known !== undefined) return known;
  const { paths, components } = loadDescription();
  const operation = paths[template]?.[method];
  if (operation === undefined) throw new Error(`not in GitHub's API description: ${key}`);
  const schema = operation.requestBody?.content?.['application/json']?.schema;
  const parameters = (operation.parameters ?? []).map((parameter) =>
    '$ref' in parameter ? components.parameters[parameter.$ref.split('/').at(-1)!]! : parameter,
  );
  const check: OperationCheck = {
    body: schema === undefined ? null : compile(schema),
    bodyNames: new Set(schema === undefined ? [] : namesIn(schema)),
    queryNames: new Set(parameters.filter((p) => p.in === 'query').map((p) => p.name)),
  };
  checks.set(key, check);
  return check;
}

function namesIn(schema: Record<string, unknown>): string[] {
  const own = Object.keys((schema['properties'] as object | undefined) ?? {});
  const nested = ['oneOf', 'anyOf', 'allOf'].flatMap((key) =>
    ((schema[key] as Record<string, unknown>[] | undefined) ?? []).flatMap(namesIn),
  );
  return [...own, ...nested];
}

function compile(schema: Record<string, unknown>): ValidateFunction {
  if (ajv === undefined) {
    ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema({ $id: 'github', components: loadDescription().components });
  }
  return ajv.compile(withAbsoluteRefs(schema));
}

function withAbsoluteRefs(schema: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(schema).replaceAll('"$ref":"#/components/', '"$ref":"github#/components/'),
  ) as Record<string, unknown>;
}

function loadDescription(): Description {
  if (description === undefined) {
    const { resolve } = createRequire(import.meta.url);
    const file = resolve('@octokit/openapi/generated/api.github.com.json');
    description = JSON.parse(readFileSync(file, 'utf8')) as Description;
  }
  return description;
}
