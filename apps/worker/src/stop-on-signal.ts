/** Handed in, so that tests need not end their process. */
export interface Stopping {
  readonly process: NodeJS.Process;
  readonly stop: () => Promise<void>;
  readonly print: (message: string) => void;
}

const PARENT_CHECK_MS = 500;

/**
 * Stops the program cleanly on the first SIGINT or SIGTERM, and immediately on the second. A
 * program started by npx or pnpm also stops when they are gone, since a SIGTERM to npx does not
 * reach it.
 */
export function stopOnSignal({ process, stop, print }: Stopping): void {
  let stopping = false;
  const onSignal = (reason: string): void => {
    if (stopping) process.exit(1);
    stopping = true;
    print(`${reason}: stopping. Repeat it to stop at once.`);
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent && !stopping) onSignal('The program that started this one is gone');
  }, PARENT_CHECK_MS).unref();
}
