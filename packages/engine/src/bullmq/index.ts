export { type BullmqNeeds, bullmqNeeds } from './bullmq-needs.ts';
export { type BullmqQueueOptions, createBullmqQueue } from './bullmq-queue.ts';
export type { RedisAddress } from './redis-link.ts';
