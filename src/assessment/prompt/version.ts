import { createHash } from 'node:crypto';
import { AgentReply, RefutationReply } from '../reply/schema.ts';
import { wireSchema } from '../reply/wire-schema.ts';
import { ALL_WIRE_TOOLS } from '../tools/toolbox.ts';
import { contractFor, REFUTER_PROMPT } from './contract.ts';
import { anglesFor } from './question-bank.ts';

/** Changes when anything that Ops itself says to a model changes; the persona has a digest of its own. */
export const PROMPT_VERSION = `p-${digest([
  contractFor('en'),
  contractFor('vi'),
  REFUTER_PROMPT,
  anglesFor([
    'user_facing',
    'outbound_call',
    'schema',
    'stored_data',
    'deployment',
    'credentials',
    'monitoring',
    'background_work',
  ]),
  wireSchema(AgentReply),
  wireSchema(RefutationReply),
  ALL_WIRE_TOOLS,
])}`;

function digest(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}
