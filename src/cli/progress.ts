import type { ReviewPhase } from '../publish/publisher.ts';
import type { Language, Localized } from '../domain/vocabulary.ts';
import type { Output } from './surroundings.ts';

const PHASES: Readonly<Record<ReviewPhase, Localized>> = {
  reading: { en: 'Reading the change', vi: 'Đang đọc thay đổi' },
  rules: { en: 'Running the rules', vi: 'Đang chạy rule' },
  agent: { en: 'The agent is investigating', vi: 'Agent đang điều tra' },
  writing: { en: 'Writing the review', vi: 'Đang viết review' },
};

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;
const CLEAR_LINE = '\r\u001B[2K';

/** Progress on standard error: one moving line on a terminal, plain lines elsewhere. */
export interface Progress {
  phase(phase: ReviewPhase): void;
  note(text: string): void;
  end(): void;
}

export function createProgress(
  output: Output,
  options: { readonly quiet: boolean; readonly language: Language | null },
): Progress {
  if (options.quiet) return { phase: () => {}, note: () => {}, end: () => {} };
  const language = options.language ?? 'en';
  return output.isTTY === true ? movingLine(output, language) : plainLines(output, language);
}

function plainLines(output: Output, language: Language): Progress {
  return {
    phase: (phase) => void output.write(`${PHASES[phase][language]} …\n`),
    note: (text) => void output.write(`${text}\n`),
    end: () => {},
  };
}

function movingLine(output: Output, language: Language): Progress {
  let label = '';
  let frame = 0;
  let timer: NodeJS.Timeout | null = null;
  const draw = (): void => {
    output.write(`${CLEAR_LINE}${FRAMES[frame % FRAMES.length]} ${label}`);
    frame += 1;
  };
  return {
    phase: (phase) => {
      label = PHASES[phase][language];
      draw();
      timer ??= setInterval(draw, FRAME_MS).unref();
    },
    note: (text) => void output.write(`${CLEAR_LINE}${text}\n`),
    end: () => {
      if (timer !== null) clearInterval(timer);
      if (label !== '') output.write(CLEAR_LINE);
      timer = null;
    },
  };
}
