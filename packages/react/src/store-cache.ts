/** The number of unused stores that are kept, so that returning to one is instant. */
const MAX_UNUSED = 20;

interface Store {
  /** Whether any component uses the store. */
  readonly isUsed: boolean;
}

/** Caches stores by the id of their workflow or thread. */
export class StoreCache<Cached extends Store> {
  readonly #make: (id: string, onIdle: () => void) => Cached;
  readonly #stores = new Map<string, Cached>();
  /** Ids of unused stores, least recently used first; some of them may be in use again. */
  readonly #unused = new Set<string>();

  /**
   * @param make called once per id; the store calls `onIdle` when no component uses it any more.
   */
  constructor(make: (id: string, onIdle: () => void) => Cached) {
    this.#make = make;
  }

  /**
   * Returns the store of an id, made on first use. Called during rendering, so it must not remove
   * other stores.
   */
  get(id: string): Cached {
    const known = this.#stores.get(id);
    if (known !== undefined) return known;
    const store = this.#make(id, () => this.#addUnused(id));
    this.#stores.set(id, store);
    return store;
  }

  #addUnused(id: string): void {
    this.#unused.delete(id);
    this.#unused.add(id);
    for (const oldest of this.#unused) {
      if (this.#unused.size <= MAX_UNUSED) return;
      this.#unused.delete(oldest);
      if (this.#stores.get(oldest)?.isUsed === false) this.#stores.delete(oldest);
    }
  }
}
