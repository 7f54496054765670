import { eventIdSchema, parseEventId, type WorkflowSnapshot } from '@runtape/events';
import { currentAnswer, currentDraft } from '@runtape/workflow-state';
import { CheckFailure } from './check.ts';
import type { DataFrame } from './plain-stream-check.ts';
import type { Ended } from './probe.ts';
import { shorten } from './read-answer.ts';

function textOf(snapshot: WorkflowSnapshot): string {
  return (currentAnswer(snapshot) ?? currentDraft(snapshot))?.text ?? '';
}

/** @throws CheckFailure when the text is not that of the workflow. */
export function expectText(came: string, snapshot: WorkflowSnapshot): string {
  const expected = textOf(snapshot);
  if (came === expected) return `${came.length} characters`;
  throw new CheckFailure({
    expected: `${expected.length} characters that end in "${shorten(expected.slice(-40))}"`,
    came: `${came.length} that end in "${shorten(came.slice(-40))}"`,
    advice: 'Something between here and the server drops or repeats events.',
  });
}

/** @throws CheckFailure when ids are not in the log, are out of order, or stop before its end. */
export function expectIds(frames: readonly DataFrame[], { entries }: Ended): void {
  const known = new Set<string>(entries.map(({ id }) => id));
  const end = entries.at(-1)?.id ?? '';
  let seen = 0;
  for (const { id } of frames.filter((frame) => frame.id !== '')) {
    const seq = parseEventId(eventIdSchema.safeParse(id).data ?? '')?.seq ?? 0;
    if (!known.has(id) || seq < seen) throw wrongId(`ids of the log, each later than the last`, id);
    seen = seq;
  }
  if (frames.at(-1)?.id !== end) throw wrongId(`an end at ${end}`, frames.at(-1)?.id ?? 'nothing');
}

function wrongId(expected: string, came: string): CheckFailure {
  return new CheckFailure({
    expected,
    came,
    advice: 'Something between here and the server drops or changes events.',
  });
}

/** @throws CheckFailure when the stream did not end as the workflow did. */
export function expectEnd(
  came: string,
  { completed, other }: { completed: string; other: string },
  { status }: WorkflowSnapshot,
): void {
  const expected = status === 'completed' ? completed : other;
  if (came === expected) return;
  throw new CheckFailure({
    expected: `a last frame "${expected}", since the workflow is ${status}`,
    came: `"${came}"`,
    advice: 'Something between here and the server ends streams early, or drops events.',
  });
}
