/** Frames do not come in a hidden tab; then a view is this old at most, in ms. */
const HIDDEN_TAB_MS = 250;

/**
 * Calls back once with the next animation frame, or a little later where there are none.
 * @returns a function that takes the call back.
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
