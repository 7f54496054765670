import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What this process holds on to, in bytes, once everything that nobody holds any more is gone. */
export function bytesHeld(): number {
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');
  if (!isCallable(collectGarbage)) throw new Error('The garbage cannot be collected.');
  collectGarbage();
  // Buffers that a weak map led to are given back by the collection after the one that empties the
  // map.
  collectGarbage();
  // `external` has the array buffers in it.
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function isCallable(value: unknown): value is () => void {
  return typeof value === 'function';
}
