import type { Entry, EventLog } from '@runtape/event-log';
import { type EventId, isTerminal, parseEventId, type WorkflowId } from '@runtape/events';
import { FanOut } from '@runtape/fan-out';
import { turn } from './turn.ts';

interface Asked {
  readonly workflowId: WorkflowId;
  readonly after: EventId | null;
  readonly signal: AbortSignal;
}

/** A way to read a workflow to its end: ours, or one that breaks a law. */
export type Read = (log: EventLog, asked: Asked) => AsyncGenerator<readonly Entry[], void>;

/** Ours. @param quietCheckMs after how long a quiet tail asks the log. */
export function fanOutReader(quietCheckMs: number): Read {
  return async function* read(log, { workflowId, after, signal }) {
    const fanOut = new FanOut({ log, quietCheckMs });
    try {
      for await (const batch of fanOut.read(workflowId, { after, signal })) {
        if (batch.kind === 'entries') yield batch.entries;
      }
    } finally {
      await fanOut.close();
    }
  };
}

/** Joins neighbouring tokens whatever part they belong to. */
export const mergingAcrossParts: Read = async function* read(log, asked) {
  for await (const entries of fanOutReader(60_000)(log, asked)) {
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
    yield joined;
  }
};

/** Takes whatever is announced for the next entry: no number is looked at, but for what history had already. */
export function trustingReader({ watchesFirst }: { readonly watchesFirst: boolean }): Read {
  return async function* read(log, { workflowId, after, signal }) {
    const heard: Entry[] = [];
    const watcher = {
      entries: (entries: readonly Entry[]): void => void heard.push(...entries),
      doubt: (): void => {},
    };
    if (watchesFirst) await log.watch(workflowId, watcher, signal);
    let seq = after === null ? 0 : (parseEventId(after)?.seq ?? 0);
    const { entries: history } = await log.read(workflowId, { after: seq, limit: 1_000 });
    seq = history.at(-1)?.seq ?? seq;
    if (history.length > 0) yield history;
    if (history.some(({ event }) => isTerminal(event))) return;
    // Time passes between the two, as it does over a network.
    for (let turns = 0; turns < 3; turns += 1) await turn();
    if (!watchesFirst) await log.watch(workflowId, watcher, signal);
    while (!signal.aborted) {
      const news = heard.splice(0).filter((entry) => entry.seq > seq);
      if (news.length > 0) yield news;
      if (news.some(({ event }) => isTerminal(event))) return;
      await turn();
    }
  };
}
