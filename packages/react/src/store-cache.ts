/** How many stores nobody looks at any more are kept, so that going back to one is instant. */
const IDLE_STORES = 20;

interface Store {
  /** True while somebody looks at it. */
  readonly isUsed: boolean;
}

/** Stores by the id of what they hold. */
export class StoreCache<Kept extends Store> {
  readonly #make: (id: string, onIdle: () => void) => Kept;
  readonly #stores = new Map<string, Kept>();
  /** Whom nobody looks at any more, the one left longest ago first; some may be looked at again. */
  readonly #left = new Set<string>();

  /** @param make called once an id; the store calls `onIdle` when nobody looks at it any more. */
  constructor(make: (id: string, onIdle: () => void) => Kept) {
    this.#make = make;
  }

  /**
   * The store of an id, made on first use. Asked while rendering, so it must not forget any other.
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
