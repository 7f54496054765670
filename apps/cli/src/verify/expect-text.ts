import { eventIdSchema, parseEventId, type WorkflowSnapshot } from '@runtape/events';
import { currentAnswer, currentDraft } from '@runtape/github-workflows/contract';
import { advice } from './advice.ts';
import { CheckFailure } from './check.ts';
import type { Ended } from './probe.ts';
import { shorten } from './read-response.ts';
import type { DataFrame } from './read-stream.ts';

/** @throws CheckFailure when the text is not that of the workflow. */
export function expectText(actual: string, snapshot: WorkflowSnapshot): string {
  const expected = (currentAnswer(snapshot) ?? currentDraft(snapshot))?.text ?? '';
  if (actual === expected) return `${actual.length} characters`;
  throw new CheckFailure({
    expected: `${expected.length} characters that end in "${shorten(expected.slice(-40))}"`,
    actual: `${actual.length} that end in "${shorten(actual.slice(-40))}"`,
    advice: advice.events,
  });
}

/** @throws CheckFailure when ids are not in the log, are out of order, or stop before its end. */
export function expectIds(frames: readonly DataFrame[], { entries }: Ended): void {
  const known = new Set<string>(entries.map(({ id }) => id));
  const end = entries.at(-1)?.id ?? '';
  let last = 0;
  for (const { id } of frames.filter((frame) => frame.id !== '')) {
    const seq = parseEventId(eventIdSchema.safeParse(id).data ?? '')?.seq ?? 0;
    if (!known.has(id) || seq < last) throw wrongId('ids of the log, in ascending order', id);
    last = seq;
  }
  const lastId = frames.at(-1)?.id;
  if (lastId !== end) throw wrongId(`${end} as the last id`, lastId ?? 'nothing');
}

function wrongId(expected: string, actual: string): CheckFailure {
  return new CheckFailure({ expected, actual, advice: advice.events });
}

/**
 * @param completed the type of the last frame when the workflow has completed; otherwise `error`.
 * @throws CheckFailure when the stream did not end as the workflow did.
 */
export function expectEnd(
  actual: string | undefined,
  completed: string,
  { status }: WorkflowSnapshot,
): void {
  const expected = status === 'completed' ? completed : 'error';
  if (actual === expected) return;
  throw new CheckFailure({
    expected: `a last frame "${expected}", since the workflow is ${status}`,
    actual: `"${actual ?? ''}"`,
    advice: advice.events,
  });
}
