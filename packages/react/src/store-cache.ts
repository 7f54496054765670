/** The number of unused stores that are kept, so that returning to one is instant. */
const IDLE_STORES = 20;

interface Store {
  /** Whether any component uses the store. */
  readonly isUsed: boolean;
}

/** Caches stores by the id of their workflow or thread. */
export class StoreCache<Kept extends Store> {
  readonly #make: (id: string, onIdle: () => void) => Kept;
  readonly #stores = new Map<string, Kept>();
  /** Ids of unused stores, least recently used first; some of them may be in use again. */
  readonly #left = new Set<string>();

  /**
   * @param make called once per id; the store calls `onIdle` when no component uses it any more.
   */
  constructor(make: (id: string, onIdle: () => void) => Kept) {
    this.#make = make;
  }

  /**
   * Returns the store of an id, made on first use. Called during rendering, so it must not remove
   * other stores.
   */
  get(id: string): Kept {
    const known = this.#stores.get(id);
    if (known !== undefined) return known;
    const store = this.#make(id, () => this.#rememberLeft(id));
    this.#stores.set(id, store);
    return store;
  }

  #rememberLeft(id: string): void {
    this.#left.delete(id);
    this.#left.add(id);
    for (const oldest of this.#left) {
      if (this.#left.size <= IDLE_STORES) return;
      this.#left.delete(oldest);
      if (this.#stores.get(oldest)?.isUsed === false) this.#stores.delete(oldest);
    }
  }
}
