import { messageOf } from './message-of.ts';

/** Does something that may be impossible by now, and gives `undefined` then. */
type Salvage = <Result>(what: string, action: () => Promise<Result>) => Promise<Result | undefined>;

/** So that what was recorded is not lost with what cannot be had any more. @param troubles is told of that. */
export function salvageWith(troubles: string[]): Salvage {
  return async (what, action) => {
    try {
      return await action();
    } catch (error) {
      troubles.push(`${what}: ${messageOf(error)}`);
      return undefined;
    }
  };
}
