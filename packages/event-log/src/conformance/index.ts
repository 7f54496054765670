export type {
  ConformanceStore,
  LosingStore,
  OpenLosingStore,
  OpenStore,
} from './conformance-store.ts';
export { type EventLogUnderTest, testEventLog } from './test-event-log.ts';
