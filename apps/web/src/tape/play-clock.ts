/** A longer frame, as in a tab that was hidden, counts as this long, in ms. */
const MAX_FRAME_MS = 250;

/** Calls back with the elapsed time, once per frame, until it is stopped. */
export class PlayClock {
  readonly #onFrame: (elapsedMs: number) => void;
  #frame: number | null = null;
  #before = 0;

  constructor(onFrame: (elapsedMs: number) => void) {
    this.#onFrame = onFrame;
  }

  get isRunning(): boolean {
    return this.#frame !== null;
  }

  start(): void {
    if (this.isRunning) return;
    this.#before = performance.now();
    this.#frame = requestAnimationFrame(this.#run);
  }

  stop(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
  }

  readonly #run = (): void => {
    const now = performance.now();
    const elapsed = Math.min(MAX_FRAME_MS, now - this.#before);
    this.#before = now;
    this.#frame = requestAnimationFrame(this.#run);
    this.#onFrame(elapsed);
  };
}
