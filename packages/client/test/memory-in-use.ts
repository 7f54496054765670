import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The memory in use after a garbage collection, in bytes: the heap and array buffers. */
export function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');
  if (!isCallable(collectGarbage)) throw new Error('The garbage cannot be collected.');
  collectGarbage();
  // Buffers that only a weak map held are freed by the next collection.
  collectGarbage();
  // `external` includes the array buffers.
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function isCallable(value: unknown): value is () => void {
  return typeof value === 'function';
}
