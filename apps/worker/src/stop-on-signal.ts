/** What a stop needs of the process; handed in, so that a test need not end itself. */
export interface Stopping {
  readonly process: NodeJS.Process;
  readonly stop: () => Promise<void>;
  readonly say: (message: string) => void;
}

const PARENT_CHECK_MS = 500;

/**
 * Stops the program cleanly on the first SIGINT or SIGTERM, and at once on the second. A program that npx or pnpm started
 * stops as well when they are gone: a SIGTERM to npx alone does not reach us.
 */
export function stopOnSignal({ process, stop, say }: Stopping): void {
  let stopping = false;
  const onSignal = (reason: string): void => {
    if (stopping) process.exit(1);
    stopping = true;
    say(`${reason}: stopping. Repeat it to stop at once.`);
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
