/**
 * Loaded before a program (`node --import`): after `process.exit(0)` the program must end without
 * help, as it does if it has no connection, timer or listener left. Otherwise this prints what
 * keeps it alive, and ends it.
 */
const exit = process.exit.bind(process);
const TURNS = 20;
const TURN_MS = 100;

/** Waits in many short turns, so that handles have time to close even on a busy machine. */
function checkAlive(turns: number): void {
  setTimeout(() => {
    if (turns > 1) {
      checkAlive(turns - 1);
      return;
    }
    console.error(`kept alive by ${process.getActiveResourcesInfo().join(', ')}`);
    exit(0);
  }, TURN_MS).unref();
}

Object.defineProperty(process, 'exit', {
  value: (code?: number): void => {
    if (code !== 0) exit(code);
    checkAlive(TURNS);
  },
});
