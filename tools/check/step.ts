/** What one step of `npm run check` found. A step that looked at nothing has failed. */
export interface StepResult {
  /** How many things it looked at. */
  readonly count: number;
  readonly unit: string;
  /** One text a problem, as a person needs it to mend it. Empty: all is well. */
  readonly problems: readonly string[];
}

export interface Step {
  readonly name: string;
  readonly run: () => Promise<StepResult>;
}

/** `12 files`, or why the step failed. */
export function describeResult({ count, unit, problems }: StepResult): string {
  if (count === 0) return `failed: looked at no ${unit}`;
  if (problems.length > 0)
    return `failed: ${count} ${unit}, ${counted(problems.length, 'problem')}`;
  return `${count} ${unit}`;
}

export function hasPassed({ count, problems }: StepResult): boolean {
  return count > 0 && problems.length === 0;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
