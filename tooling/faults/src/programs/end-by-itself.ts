/**
 * Loaded before a program (`node --import`): once it has stopped, `process.exit(0)` lets it end by
 * itself, as it does when it has no connection, timer or listener left. What keeps it is named, and
 * then it ends all the same.
 */
const exit = process.exit.bind(process);
const TURNS = 20;
const TURN_MS = 100;

/**
 * In many short turns, so that on a busy machine what is about to close gets as many of them as
 * elsewhere.
 */
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
