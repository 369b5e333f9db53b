import { DockerfileParser, type From, type Instruction as AstInstruction } from 'dockerfile-ast';
import type { LineRange } from '../rule.ts';
import { ParseFailure, type Parser, type ParserInput } from '../source-file.ts';

export interface Instruction extends LineRange {
  /** Upper case: `RUN`, `USER`, … */
  readonly keyword: string;
  /** Everything behind the keyword, line continuations joined, variables as written. */
  readonly text: string;
}

export interface Stage extends LineRange {
  readonly index: number;
  readonly alias: string | null;
  /** As written behind `FROM`, without flags. */
  readonly image: string;
  /** `image` after global `ARG` defaults; null where a variable without a default stays. */
  readonly resolvedImage: string | null;
  readonly from: LineRange;
  /** The earlier stage that this one builds on; null for an image from a registry. */
  readonly parent: Stage | null;
  /** Without the FROM itself, in order. */
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  readonly stages: readonly Stage[];
  /** Names of the global `ARG`s, those before the first FROM. */
  readonly globalArgs: ReadonlyMap<string, string | null>;
}

/**
 * Stages in order. Throws `ParseFailure` for a `Dockerfile` without any FROM; a file with a suffix may be a
 * fragment that others include, and has no stages then.
 */
export const dockerfileParser: Parser<Dockerfile> = {
  name: 'dockerfile',
  parse(file: ParserInput) {
    const ast = DockerfileParser.parse(file.text);
    const froms = ast.getFROMs();
    if (froms.length === 0 && /(?:^|\/)(?:Dockerfile|Containerfile)$/u.test(file.path))
      throw new ParseFailure('no FROM instruction found');
    const globalArgs = new Map<string, string | null>();
    for (const arg of ast.getInitialARGs()) {
      const property = arg.getProperty();
      if (property !== null) globalArgs.set(property.getName(), property.getValue());
    }
    return { globalArgs, stages: stagesOf(ast.getInstructions(), froms, globalArgs) };
  },
};

function stagesOf(
  instructions: readonly AstInstruction[],
  froms: readonly From[],
  globalArgs: ReadonlyMap<string, string | null>,
): Stage[] {
  const fromAt = new Map(froms.map((from) => [from.getRange().start.line, from]));
  const stages: Stage[] = [];
  let body: Instruction[] = [];
  for (const instruction of instructions) {
    const from = fromAt.get(instruction.getRange().start.line);
    if (from === undefined) {
      if (stages.length > 0) body.push(instructionOf(instruction));
      continue;
    }
    body = [];
    stages.push(stageOf(from, stages, body, globalArgs));
  }
  return stages.map((stage) => ({
    ...stage,
    endLine: stage.instructions.at(-1)?.endLine ?? stage.endLine,
  }));
}

function stageOf(
  from: From,
  earlier: readonly Stage[],
  instructions: readonly Instruction[],
  globalArgs: ReadonlyMap<string, string | null>,
): Stage {
  const image = from.getImage() ?? '';
  const resolvedImage = resolveArgs(image, globalArgs);
  const range = rangeOf(from);
  const byAlias = earlier.findLast(
    (s) => s.alias !== null && s.alias === resolvedImage?.toLowerCase(),
  );
  const alias = from.getBuildStage()?.toLowerCase() ?? null;
  const parent = byAlias ?? null;
  return {
    index: earlier.length,
    alias,
    image,
    resolvedImage,
    from: range,
    parent,
    instructions,
    ...range,
  };
}

/** Substitutes `$NAME`, `${NAME}` and `${NAME:-default}` from global `ARG`s; null when one has no value. */
function resolveArgs(image: string, args: ReadonlyMap<string, string | null>): string | null {
  let known = true;
  const text = image.replaceAll(
    /\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/gu,
    (_, braced: string | undefined, fallback: string | undefined, bare: string | undefined) => {
      const value = args.get(braced ?? bare ?? '') ?? fallback ?? null;
      if (value === null || value === '') known = false;
      return value ?? '';
    },
  );
  return known && !text.includes('$') ? text : null;
}

function instructionOf(instruction: AstInstruction): Instruction {
  const text = instruction.getRawArgumentsContent() ?? '';
  return {
    keyword: instruction.getKeyword(),
    text: text.replaceAll(/\\\s*\r?\n/gu, ' ').trim(),
    ...rangeOf(instruction),
  };
}

function rangeOf(instruction: AstInstruction): LineRange {
  const range = instruction.getRange();
  return { line: range.start.line + 1, endLine: range.end.line + 1 };
}

/** A stage and the stages under it, nearest first: what the final image inherits. */
export function* lineage(stage: Stage): Iterable<Stage> {
  for (let at: Stage | null = stage; at !== null; at = at.parent) yield at;
}
