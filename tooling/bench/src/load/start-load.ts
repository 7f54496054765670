import { type Remote, startChild } from '../processes/child.ts';
import type { LoadFunctions } from './load-process.ts';

/** The watchers of a bench, in a separate process. */
export type Load = Remote<LoadFunctions>;

/** @param cpu the CPU it runs on. */
export async function startLoad(
  started: AsyncDisposableStack,
  cpu: number | undefined,
): Promise<Load> {
  return await startChild(started, 'load/load-process.ts', { name: 'the load', cpu });
}
