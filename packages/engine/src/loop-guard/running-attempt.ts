import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * The attempt that the running code belongs to. Global, because the debugger reads it from outside:
 * while the loop is blocked it can only reach global state.
 */
const running = new AsyncLocalStorage<string>();

const NAME = 'runtape.runningAttempt';

/**
 * An expression that yields the key of the running attempt, wherever in this process it is
 * evaluated.
 */
export const RUNNING_ATTEMPT = `globalThis[Symbol.for('${NAME}')]?.()`;

/** Runs work as part of an attempt, with everything it starts. */
export async function runAs<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
  Object.defineProperty(globalThis, Symbol.for(NAME), {
    value: () => running.getStore(),
    configurable: true,
  });
  return await running.run(key, work);
}
