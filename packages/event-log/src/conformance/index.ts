export type { ConformanceStore, OpenStore } from './store.ts';
export { type EventLogUnderTest, testEventLog } from './test-event-log.ts';
