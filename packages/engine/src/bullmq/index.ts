export { type BullmqNeeds, bullmqNeeds } from './required-commands.ts';
export { type BullmqQueueOptions, createBullmqQueue } from './bullmq-queue.ts';
export type { RedisAddress } from '@runtape/redis-client';
