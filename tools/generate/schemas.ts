import { z } from 'zod';
import { RepoConfig } from '../../src/domain/configuration.ts';
import { Report, REPORT_SCHEMA_VERSION } from '../../src/domain/report.ts';
import type { GeneratedFile } from './generated-file.ts';

/** The JSON Schemas that others validate against: the report that Ops writes, the file that it reads. */
export function renderSchemas(): readonly GeneratedFile[] {
  const report = z.toJSONSchema(Report, { target: 'draft-2020-12', io: 'output' });
  // A person may leave out whatever has a default, so the shape before defaults is the published one.
  const config = z.toJSONSchema(RepoConfig, { target: 'draft-2020-12', io: 'input' });
  return [
    schemaFile('report', 'Ops review report', report),
    schemaFile('config', 'Ops repository configuration (.github/ops.yml)', config),
  ];
}

function schemaFile(
  name: string,
  title: string,
  schema: Readonly<Record<string, unknown>>,
): GeneratedFile {
  const { $schema, ...rest } = schema;
  const version = `v${REPORT_SCHEMA_VERSION}`;
  const named = { $schema, $id: `urn:ops-readiness:schema:${name}:${version}`, title, ...rest };
  return { path: `schemas/${name}.${version}.json`, text: `${JSON.stringify(named, null, 2)}\n` };
}
