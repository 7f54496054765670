import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Which attempt the code that runs now belongs to. One for the whole process, because it is read
 * from outside of it: while the event loop is held only the debugger gets in, and it finds nothing
 * but what is global.
 */
const running = new AsyncLocalStorage<string>();

const NAME = 'runtape.runningAttempt';

/** Gives the key of the attempt whose code runs, wherever it is evaluated in this process. */
export const RUNNING_ATTEMPT = `globalThis[Symbol.for('${NAME}')]?.()`;

/** Runs something as part of an attempt, with all that it starts. */
export async function runAs<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
  Object.defineProperty(globalThis, Symbol.for(NAME), {
    value: () => running.getStore(),
    configurable: true,
  });
  return await running.run(key, work);
}
