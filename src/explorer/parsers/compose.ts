import type { LineRange } from '../rule.ts';
import type { Parser, ParserInput } from '../source-file.ts';
import { asMap, parseYaml, type YamlMap, type YamlPath } from './yaml.ts';

export interface ComposeService {
  readonly name: string;
  readonly value: YamlMap;
  readonly range: LineRange;
  rangeOf(path: YamlPath): LineRange | null;
}

/** The services of a Compose file; empty when the file has none. Throws `ParseFailure` for what is no YAML. */
export const composeParser: Parser<readonly ComposeService[]> = {
  name: 'compose',
  parse: (file: ParserInput) =>
    parseYaml(file.text).flatMap((doc) => {
      const services = asMap(asMap(doc.value)?.['services']);
      return Object.entries(services ?? {}).flatMap(([name, value]) => {
        const map = asMap(value);
        const range = doc.rangeOf(['services', name]);
        if (map === null || range === null) return [];
        return [
          {
            name,
            value: map,
            range,
            rangeOf: (path: YamlPath) => doc.rangeOf(['services', name, ...path]),
          },
        ];
      });
    }),
};
