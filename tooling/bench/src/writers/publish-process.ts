import { nowMs } from '../measure/clock.ts';
import { expose } from '../processes/expose.ts';
import { type Location, type Publisher, type PublisherName, publishers } from './publishers.ts';

let publisher: Publisher | undefined;

const functions = {
  start: async (name: PublisherName, location: Location): Promise<void> => {
    publisher = await publishers[name](location);
  },
  publish: async (count: number) => {
    const startedMs = nowMs();
    const check = await publisher?.(count);
    const tookMs = nowMs() - startedMs;
    return { tookMs, problem: (await check?.()) ?? null };
  },
};

export type PublishFunctions = typeof functions;

expose(functions);
