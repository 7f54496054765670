import type { Append, Entry, EventLog, Watcher } from '@runtape/event-log';
import { isTerminal, type WorkflowId } from '@runtape/events';

/** The faults of a log. */
export type LogFault =
  /** One announcement never arrives. */
  | 'drops_one_live_message'
  /** The announcement of the end never arrives. */
  | 'drops_the_last_message'
  /** An attempt that was overtaken can still append. */
  | 'accepts_an_old_attempt';

const DROPPED_SEQ = 4;

/** A log that breaks the law of its fault, if any. */
export function breakableLog(log: EventLog, fault: LogFault | null): EventLog {
  const watch = async (
    workflowId: WorkflowId,
    watcher: Watcher,
    signal: AbortSignal,
  ): Promise<void> => {
    const heard = (entries: readonly Entry[]): void => {
      if (!entries.some((entry) => isDropped(entry, fault))) watcher.entries(entries);
    };
    await log.watch(workflowId, { entries: heard, resync: () => watcher.resync() }, signal);
  };
  const append = async (workflowId: WorkflowId, asked: Append): Promise<{ tail: number }> => {
    if (fault !== 'accepts_an_old_attempt') return await log.append(workflowId, asked);
    const record = await log.get(workflowId);
    const { attempt, tail } = record ?? { attempt: asked.attempt, tail: asked.after };
    return await log.append(workflowId, { ...asked, attempt, after: tail });
  };
  const own: Readonly<Record<string | symbol, unknown>> = { watch, append };
  return new Proxy(log, {
    get: (target, key): unknown => {
      const value: unknown = own[key] ?? Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function isDropped({ seq, event }: Entry, fault: LogFault | null): boolean {
  if (fault === 'drops_one_live_message') return seq === DROPPED_SEQ;
  return fault === 'drops_the_last_message' && isTerminal(event);
}
