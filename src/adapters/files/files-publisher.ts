import { writeFile } from 'node:fs/promises';
import { OpsError } from '../../domain/ops-error.ts';
import type { Review } from '../../domain/review.ts';
import type { Publisher, PublishOutcome, ReviewPhase } from '../../publish/publisher.ts';
import { type Format, render, type RenderOptions } from '../../publish/render/index.ts';

/** One rendering and where it goes; a null `output` is standard output. */
export interface FileOutput {
  readonly format: Format;
  readonly output: string | null;
}

export interface FilesPublisherOptions {
  readonly outputs: readonly FileOutput[];
  readonly render: RenderOptions;
  /** Standard output; resolves when the text is taken, so that a slow pipe loses nothing. */
  readonly write: (text: string) => Promise<void>;
  readonly onProgress?: (phase: ReviewPhase) => void;
}

/** Writes a review to files and standard output. */
export class FilesPublisher implements Publisher {
  readonly #options: FilesPublisherOptions;

  constructor(options: FilesPublisherOptions) {
    this.#options = options;
  }

  progress(phase: ReviewPhase): Promise<void> {
    this.#options.onProgress?.(phase);
    return Promise.resolve();
  }

  /** Throws `usage` when a file cannot be written. Everything is rendered before anything is written. */
  async publish(review: Review): Promise<PublishOutcome> {
    const rendered = this.#options.outputs.map(({ format, output }) => ({
      output,
      text: render(format, review, this.#options.render),
    }));
    for (const { output, text } of rendered) {
      if (output === null) await this.#options.write(text);
      else await writeOutput(output, text);
    }
    return { kind: 'published' };
  }
}

async function writeOutput(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new OpsError('usage', `cannot write the review: ${reason}`, {
      at: path,
      remedy: 'Name a file in a folder that exists and may be written to.',
      cause: error,
    });
  }
}
