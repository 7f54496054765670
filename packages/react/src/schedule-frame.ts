/** Hidden tabs have no animation frames; there, the view is at most this old, in ms. */
const HIDDEN_TAB_MS = 250;

/**
 * Calls back once in the next animation frame, or slightly later where there are none.
 * @returns a function that cancels the call.
 */
export function scheduleFrame(callback: () => void): () => void {
  const run = (): void => {
    cancel();
    callback();
  };
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, HIDDEN_TAB_MS);
  const cancel = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  return cancel;
}
