/** A tab that was hidden continues where it was. In ms. */
const LONGEST_FRAME_MS = 250;

/** Calls back with the elapsed time, once per frame, until it is stopped. */
export class PlayClock {
  readonly #onFrame: (passedMs: number) => void;
  #frame: number | null = null;
  #before = 0;

  constructor(onFrame: (passedMs: number) => void) {
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
    const passed = Math.min(LONGEST_FRAME_MS, now - this.#before);
    this.#before = now;
    this.#frame = requestAnimationFrame(this.#run);
    this.#onFrame(passed);
  };
}
