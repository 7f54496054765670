export { createMemoryEventLog, type MemoryEventLogOptions } from './memory-event-log.ts';
export { MemoryStore } from './memory-store.ts';
