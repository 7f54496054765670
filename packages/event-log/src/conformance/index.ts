export type {
  ConformanceStore,
  LossyStore,
  OpenLossyStore,
  OpenStore,
} from './conformance-store.ts';
export { type EventLogUnderTest, testEventLog } from './test-event-log.ts';
