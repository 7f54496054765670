import { isThoughtPart, type WorkflowSnapshot } from '@runtape/events';
import { type Frame, type SseFormat, supersedes } from './format.ts';
import { type Outcome, outcomeOfEvent, outcomeOfSnapshot, type ReadText } from './outcome.ts';

/**
 * Text only: `llm_response`, `complete`, `error`, each `{type, data: {content}, timestamp}`. A
 * client appends the contents of `llm_response`; one with `replace: true` replaces all earlier
 * text. Thoughts are left out. `complete` has the whole text.
 */
export const simpleFormat = (textOf: ReadText): SseFormat => ({
  types: new Set(['token']),
  replaceWithState: supersedes,
  ofEntry({ event }) {
    const { type, data, timestamp } = event;
    if (type === 'token' && isThoughtPart(data.part)) return null;
    if (type === 'token') return response({ content: data.content, part: data.part }, timestamp);
    const outcome = outcomeOfEvent(event);
    return outcome === null ? null : end(outcome, textOf, timestamp);
  },
  ofSnapshot(_id, { data: { snapshot }, timestamp }) {
    const outcome = outcomeOfSnapshot(snapshot);
    const text = textOfParts(snapshot).map((data) => response(data, timestamp));
    return outcome === null ? text : [...text, end(outcome, textOf, timestamp)];
  },
});

/** The first one replaces all earlier text, even if there is no text now. */
function textOfParts({ parts: all }: WorkflowSnapshot): readonly object[] {
  const parts = all.filter(({ part }) => !isThoughtPart(part));
  if (parts.length === 0) return [{ content: '', replace: true }];
  return parts.map(({ text: content, part }, index) =>
    index === 0 ? { content, part, replace: true } : { content, part },
  );
}

function response(data: object, timestamp: string): Frame {
  const type = 'llm_response';
  return { event: type, data: { type, data, timestamp } };
}

function end(outcome: Outcome, textOf: ReadText, timestamp: string): Frame {
  const type = outcome.ok ? 'complete' : 'error';
  const data = outcome.ok
    ? { content: textOf(outcome.result) }
    : { content: outcome.error.message, code: outcome.error.code };
  return { event: type, data: { type, data, timestamp } };
}
