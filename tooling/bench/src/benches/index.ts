import type { Bench } from '../bench.ts';
import { connections } from './connections.ts';
import { fanOut } from './fan-out.ts';
import { latency } from './latency.ts';
import { publish } from './publish.ts';
import { replay } from './replay.ts';
import { start } from './start.ts';

/** All benches, in the order in which they run. */
export const benches: readonly Bench[] = [fanOut, connections, latency, publish, replay, start];
