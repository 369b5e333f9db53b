import { z } from 'zod';
import { Side } from './vocabulary.ts';

/**
 * A place that proves a statement. `quote` is the lines `line…end_line` (1-based, inclusive) of `path`
 * at `side`, joined by LF, after redaction. `base` means the merge base.
 */
export const Evidence = z.strictObject({
  path: z.string().min(1),
  line: z.int().min(1),
  end_line: z.int().min(1),
  side: Side,
  quote: z.string(),
  redacted: z.boolean(),
});
export type Evidence = z.infer<typeof Evidence>;
