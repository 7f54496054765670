import type { EventLog, Watcher } from '@runtape/event-log';
import { vi } from 'vitest';

/** Loses the live messages of some events on their way from the log to one process. */
export function loseLive(log: EventLog, isLost: (type: string) => boolean): void {
  const watch = log.watch.bind(log);
  vi.spyOn(log, 'watch').mockImplementation(async (workflowId, watcher, signal) => {
    const lossy: Watcher = {
      entries: (entries) => {
        const kept = entries.filter(({ event }) => !isLost(event.type));
        if (kept.length > 0) watcher.entries(kept);
      },
      resync: () => watcher.resync(),
    };
    await watch(workflowId, lossy, signal);
  });
}

/** Does something between every answer of a log and its arrival. */
export function appendAfterEveryAnswer(log: EventLog, meanwhile: () => Promise<void>): void {
  const get = log.get.bind(log);
  const read = log.read.bind(log);
  const readMerged = log.readMerged.bind(log);
  const watch = log.watch.bind(log);
  vi.spyOn(log, 'get').mockImplementation(async (workflowId) => {
    const record = await get(workflowId);
    await meanwhile();
    return record;
  });
  vi.spyOn(log, 'readMerged').mockImplementation(async (workflowId, asked) => {
    const page = await readMerged(workflowId, asked);
    await meanwhile();
    return page;
  });
  vi.spyOn(log, 'read').mockImplementation(async (workflowId, asked) => {
    const page = await read(workflowId, asked);
    await meanwhile();
    return page;
  });
  vi.spyOn(log, 'watch').mockImplementation(async (workflowId, watcher, signal) => {
    await meanwhile();
    await watch(workflowId, watcher, signal);
    await meanwhile();
  });
}
