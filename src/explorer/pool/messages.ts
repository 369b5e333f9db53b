import type {
  DecideResult,
  DecideTask,
  ExplorationContext,
  FileResult,
  FileTask,
} from '../task.ts';

/** Parent to child. A context is sent once and named by its key afterwards. */
export type ToChild =
  | { readonly kind: 'context'; readonly key: number; readonly context: ExplorationContext }
  | { readonly kind: 'release'; readonly key: number }
  | { readonly kind: 'file'; readonly id: number; readonly key: number; readonly task: FileTask }
  | {
      readonly kind: 'decide';
      readonly id: number;
      readonly key: number;
      readonly task: DecideTask;
    };

/** Child to parent. */
export type FromChild =
  /** Loaded, and listening. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly id: number; readonly result: FileResult | DecideResult }
  | { readonly kind: 'broken'; readonly id: number; readonly message: string };
