import type { Bench } from '../bench.ts';
import { fanOut } from './fan-out.ts';

/** All benches, in the order in which they run. */
export const benches: readonly Bench[] = [fanOut];
