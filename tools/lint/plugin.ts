import { layers } from './rules/layers.ts';
import { noDirectNock } from './rules/no-direct-nock.ts';
import { noProcessEnv } from './rules/no-process-env.ts';
import { noToMatchSnapshot } from './rules/no-to-match-snapshot.ts';
import { ruleShape } from './rules/rule-shape.ts';
import { staticLogMessage } from './rules/static-log-message.ts';

/** The project's own lint rules; oxlint loads this file through `.oxlintrc.json`. */
export default {
  meta: { name: 'ops' },
  rules: {
    layers,
    'no-direct-nock': noDirectNock,
    'no-process-env': noProcessEnv,
    'no-to-match-snapshot': noToMatchSnapshot,
    'rule-shape': ruleShape,
    'static-log-message': staticLogMessage,
  },
};
