import { type EventId, formatEventId, type StreamEntry, type StreamMessage } from '@runtape/events';
import { makeEvent, makeToken } from '@runtape/testing';
import { initialState } from '@runtape/workflow-state';

export const WORKFLOW = 'wf_0123456789abcdef0123';

const AT = '2026-01-02T03:04:05.678Z';

export function idOf(seq: number): EventId {
  return formatEventId({ incarnation: 'testtest', seq });
}

export function entry(seq: number, message: StreamMessage): StreamEntry {
  return { id: idOf(seq), message };
}

export function token(seq: number, content: string): StreamEntry {
  return entry(seq, makeToken(content));
}

/** `count` tokens, numbered from `first`; the text of each is its number and a space. */
export function tokens(first: number, count: number): readonly StreamEntry[] {
  return Array.from({ length: count }, (_, index) => token(first + index, `${first + index} `));
}

export function status(seq: number, message: string): StreamEntry {
  return entry(seq, makeEvent('status', { stage: 'working', message }));
}

export function completed(seq: number): StreamEntry {
  return entry(
    seq,
    makeEvent('workflow:completed', { durationMs: 1, usage: null, cost: null, result: null }),
  );
}

export const failure = { code: 'model_not_found', message: 'There is no such model.' } as const;

export function failed(seq: number): StreamEntry {
  return entry(seq, makeEvent('workflow:failed', { durationMs: 1, error: failure }));
}

/** The history as one message: a draft with this text. */
export function state(seq: number, text: string): StreamEntry {
  const cursor = idOf(seq);
  const snapshot = {
    ...initialState(WORKFLOW),
    cursor,
    parts: [{ part: 'draft', text, isComplete: false }],
  };
  return entry(seq, { type: 'workflow:state', timestamp: AT, data: { snapshot } });
}

/** A reset to a log that has this text. */
export function reset(seq: number, text: string): StreamEntry {
  const { id: cursor, message } = state(seq, text);
  if (message.type !== 'workflow:state') throw new Error('It is another message.');
  const { snapshot } = message.data;
  return entry(seq, { type: 'reset', timestamp: AT, data: { reason: 'ahead', cursor, snapshot } });
}

/** A reset to a completed workflow. */
export function resetToCompleted(seq: number): StreamEntry {
  const cursor = idOf(seq);
  const snapshot = { ...initialState(WORKFLOW), cursor, status: 'completed', endedAt: AT } as const;
  return entry(seq, {
    type: 'reset',
    timestamp: AT,
    data: { reason: 'trimmed', cursor, snapshot },
  });
}
