import {
  MAX_ANNOTATIONS,
  MAX_ANNOTATION_MESSAGE_BYTES,
  MAX_ANNOTATION_TITLE_CHARACTERS,
  MAX_CHECK_TEXT_BYTES,
  MAX_CHECK_TITLE_CHARACTERS,
  MAX_COMMENT_BYTES,
  clipCharacters,
  truncateUtf8,
} from '../../publish/limits.ts';
import type { RenderedCheck } from '../../publish/render/check.ts';

export interface CheckOutput {
  readonly title: string;
  readonly summary: string;
  readonly text?: string;
}

/** Renderers keep to the limits; whatever does not is cut here, because a refusal would cost the gate. */
export function fitOutput(output: CheckOutput): CheckOutput {
  return {
    title: clipCharacters(clean(output.title), MAX_CHECK_TITLE_CHARACTERS),
    summary: truncateUtf8(clean(output.summary), MAX_CHECK_TEXT_BYTES),
    ...(output.text !== undefined &&
      output.text !== '' && { text: truncateUtf8(clean(output.text), MAX_CHECK_TEXT_BYTES) }),
  };
}

export function fitRendering(
  rendering: RenderedCheck,
): CheckOutput & Pick<RenderedCheck, 'annotations'> {
  return {
    ...fitOutput(rendering),
    annotations: rendering.annotations
      .filter(
        ({ path, start_line: start, end_line: end }) => path !== '' && start >= 1 && end >= start,
      )
      .slice(0, MAX_ANNOTATIONS)
      .map((annotation) => ({
        path: annotation.path,
        start_line: annotation.start_line,
        end_line: annotation.end_line,
        annotation_level: annotation.annotation_level,
        title: clipCharacters(clean(annotation.title), MAX_ANNOTATION_TITLE_CHARACTERS),
        message: truncateUtf8(clean(annotation.message), MAX_ANNOTATION_MESSAGE_BYTES) || '-',
      })),
  };
}

/** Bytes bind first: a comment within them never has more characters than GitHub allows. */
export function fitComment(body: string): string {
  return truncateUtf8(clean(body), MAX_COMMENT_BYTES);
}

/** Half a surrogate pair cannot be sent, and GitHub stores no NUL. */
function clean(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
