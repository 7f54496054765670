/** Waits until everybody who is expected has come. */
export class Gathering<Guest> {
  readonly #missing: Set<Guest>;
  readonly #all = Promise.withResolvers<void>();

  constructor(expected: Iterable<Guest>) {
    this.#missing = new Set(expected);
    this.#settle();
  }

  get isComplete(): Promise<void> {
    return this.#all.promise;
  }

  /** Harmless when repeated, and for those who are not expected. */
  arrive(guest: Guest): void {
    this.#missing.delete(guest);
    this.#settle();
  }

  #settle(): void {
    if (this.#missing.size === 0) this.#all.resolve();
  }
}
