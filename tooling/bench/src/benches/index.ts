import type { Bench } from '../bench.ts';
import { capacity } from './capacity.ts';
import { connections } from './connections.ts';
import { fanOut } from './fan-out.ts';
import { latency } from './latency.ts';
import { page } from './page.ts';
import { publish } from './publish.ts';
import { render } from './render.ts';
import { replay } from './replay.ts';
import { running } from './running.ts';
import { scale } from './scale.ts';
import { start } from './start.ts';

/** All benches, in the order in which they run. */
export const benches: readonly Bench[] = [
  fanOut,
  connections,
  latency,
  publish,
  replay,
  running,
  render,
  page,
  scale,
  capacity,
  start,
];
