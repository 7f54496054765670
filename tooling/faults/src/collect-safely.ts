import { messageOf } from './message-of.ts';

/** Collects one thing; `undefined` when that is impossible by now. */
type Collect = <Result>(what: string, action: () => Promise<Result>) => Promise<Result | undefined>;

/**
 * Makes a function that collects what is left of a run without losing the rest to an error.
 * @param troubles receives the errors.
 */
export function collectSafely(troubles: string[]): Collect {
  return async (what, action) => {
    try {
      return await action();
    } catch (error) {
      troubles.push(`${what}: ${messageOf(error)}`);
      return undefined;
    }
  };
}
