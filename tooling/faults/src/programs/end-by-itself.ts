/**
 * Loaded before a program (`node --import`): after `process.exit(0)` the program must end without
 * help, as it does if it has no connection, timer or listener left. If something keeps it alive,
 * that is named, and the program is ended.
 */
const exit = process.exit.bind(process);
const TURNS = 20;
const TURN_MS = 100;

/** Waits in many short turns, so that closing handles get enough of them even on a busy machine. */
function watchOver(turns: number): void {
  setTimeout(() => {
    if (turns > 1) {
      watchOver(turns - 1);
      return;
    }
    console.error(`kept alive by ${process.getActiveResourcesInfo().join(', ')}`);
    exit(0);
  }, TURN_MS).unref();
}

Object.defineProperty(process, 'exit', {
  value: (code?: number): void => {
    if (code !== 0) exit(code);
    watchOver(TURNS);
  },
});
