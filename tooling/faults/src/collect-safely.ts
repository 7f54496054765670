import { messageOf } from './message-of.ts';

/** Collects one thing; `undefined` if that is no longer possible. */
type Collect = <Result>(what: string, action: () => Promise<Result>) => Promise<Result | undefined>;

/**
 * Creates a function that collects the results of a run; an error in one does not lose the others.
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
