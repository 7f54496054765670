import type { Entry, EventLog } from '@runtape/event-log';
import { type EventId, isTerminal, parseEventId, type WorkflowId } from '@runtape/events';
import { FanOut } from '@runtape/fan-out';
import { initialState, reduce } from '@runtape/workflow-state';
import type { Frame } from '../../src/records.ts';
import { frameOf } from '../logs.ts';
import { turn } from './turn.ts';

interface ReadRequest {
  readonly workflowId: WorkflowId;
  readonly after: EventId | null;
  readonly signal: AbortSignal;
}

/** Reads a workflow to its end: with our reader, or with one that breaks a law. */
export type Read = (log: EventLog, request: ReadRequest) => AsyncGenerator<readonly Frame[], void>;

/** Our reader. @param quietCheckMs how long a tail is quiet before it reads the log. */
export function fanOutReader(quietCheckMs: number, { resets = true } = {}): Read {
  return async function* read(log, { workflowId, after, signal }) {
    const fanOut = new FanOut({ log, quietCheckMs });
    try {
      for (let cursor = after; ;) {
        let isMismatch = false;
        for await (const batch of fanOut.read(workflowId, { after: cursor, signal })) {
          if (batch.kind === 'entries') yield batch.entries.map(frameOf);
          else isMismatch = true;
        }
        if (!isMismatch) return;
        const { id, frame } = await resetOf(log, workflowId);
        if (resets) yield [frame];
        cursor = id;
      }
    } finally {
      await fanOut.close();
    }
  };
}

/** The server's response to a cursor that does not match. */
async function resetOf(
  log: EventLog,
  workflowId: WorkflowId,
): Promise<{ id: EventId; frame: Frame }> {
  const { entries } = await log.read(workflowId, { after: 0, limit: 1_000 });
  const id = entries.at(-1)?.id;
  if (id === undefined) throw new RangeError('The log is empty.');
  const snapshot = entries.reduce(reduce, initialState(workflowId));
  const data = { reason: 'other_incarnation', snapshot, cursor: id };
  const message = { type: 'reset', data, timestamp: '2026-11-02T09:00:00.000Z' };
  return { id, frame: { id, message: JSON.parse(JSON.stringify(message)) } };
}

/** Joins neighbouring tokens of any parts. */
export const mergingAcrossParts: Read = async function* read(log, { workflowId, after, signal }) {
  const fanOut = new FanOut({ log, quietCheckMs: 60_000 });
  try {
    for await (const batch of fanOut.read(workflowId, { after, signal })) {
      if (batch.kind === 'entries') yield joinAll(batch.entries).map(frameOf);
    }
  } finally {
    await fanOut.close();
  }
};

function joinAll(entries: readonly Entry[]): readonly Entry[] {
  const joined: Entry[] = [];
  for (const entry of entries) {
    const last = joined.at(-1);
    if (last?.event.type === 'token' && entry.event.type === 'token') {
      const content = last.event.data.content + entry.event.data.content;
      const event = { ...entry.event, data: { ...entry.event.data, content } };
      joined[joined.length - 1] = { ...entry, event };
    } else {
      joined.push(entry);
    }
  }
  return joined;
}

/**
 * Accepts every announced entry as the next one; checks sequence numbers only against the history.
 */
export function trustingReader({ watchesFirst }: { readonly watchesFirst: boolean }): Read {
  return async function* read(log, { workflowId, after, signal }) {
    const heard: Entry[] = [];
    const watcher = {
      entries: (entries: readonly Entry[]): void => void heard.push(...entries),
      resync: (): void => {},
    };
    if (watchesFirst) await log.watch(workflowId, watcher, signal);
    let seq = after === null ? 0 : (parseEventId(after)?.seq ?? 0);
    const { entries: history } = await log.read(workflowId, { after: seq, limit: 1_000 });
    seq = history.at(-1)?.seq ?? seq;
    if (history.length > 0) yield history.map(frameOf);
    if (history.some(({ event }) => isTerminal(event))) return;
    // Time passes between the two, as it does over a network.
    for (let turns = 0; turns < 3; turns += 1) await turn();
    if (!watchesFirst) await log.watch(workflowId, watcher, signal);
    while (!signal.aborted) {
      const news = heard.splice(0).filter((entry) => entry.seq > seq);
      if (news.length > 0) yield news.map(frameOf);
      if (news.some(({ event }) => isTerminal(event))) return;
      await turn();
    }
  };
}
