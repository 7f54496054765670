import type { EventLog, Watcher } from '@runtape/event-log';
import { vi } from 'vitest';

/** Drops the live messages of some events. */
export function dropLiveEvents(log: EventLog, isDropped: (type: string) => boolean): void {
  const watch = log.watch.bind(log);
  vi.spyOn(log, 'watch').mockImplementation(async (workflowId, watcher, signal) => {
    const lossy: Watcher = {
      entries: (entries) => {
        const kept = entries.filter(({ event }) => !isDropped(event.type));
        if (kept.length > 0) watcher.entries(kept);
      },
      resync: () => watcher.resync(),
    };
    await watch(workflowId, lossy, signal);
  });
}

/** Runs a function before the log returns a result, each time. */
export function runBeforeEachResult(log: EventLog, meanwhile: () => Promise<void>): void {
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
