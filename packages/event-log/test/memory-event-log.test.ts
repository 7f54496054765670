import { testEventLog } from '@runtape/event-log/conformance';
import { createMemoryEventLog, MemoryStore } from '@runtape/event-log/memory';

testEventLog({
  name: 'memory',
  open: async () => {
    const store = new MemoryStore();
    const log = createMemoryEventLog({ store });
    const another = async () => createMemoryEventLog({ store });
    return { log, another, [Symbol.asyncDispose]: () => log.close() };
  },
  lossyRuns: 1_000,
  openLossy: async () => {
    const store = new MemoryStore();
    const log = createMemoryEventLog({ store });
    const mark = async () => {
      const lose = store.mark();
      return async () => {
        lose();
        return log;
      };
    };
    return { log, mark, [Symbol.asyncDispose]: () => log.close() };
  },
});
