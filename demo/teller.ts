import picocolors from 'picocolors';

/** Tells the story on a terminal, step by step, with the time since the start. */
export interface Teller {
  /** A step begins: it is told before it happens. */
  step(text: string): void;
  /** What is seen. */
  shows(text: string): void;
  /** Something moves while a step runs. */
  moves(text: string): void;
}

export function createTeller(
  write: (text: string) => void,
  colour: boolean,
  now: () => number,
): Teller {
  const c = picocolors.createColors(colour);
  const start = now();
  let count = 0;
  return {
    step: (text) => {
      count += 1;
      const seconds = ((now() - start) / 1000).toFixed(1).padStart(5);
      write(`\n${c.dim(`${seconds} s`)}  ${c.bold(`${count}. ${text}`)}\n`);
    },
    shows: (text) =>
      write(
        text
          .split('\n')
          .map((line) => `         ${line}\n`)
          .join(''),
      ),
    moves: (text) => write(c.dim(`         · ${text}\n`)),
  };
}
