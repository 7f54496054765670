/** Who started a workflow; `null` when unknown. */
type Owner = string | null;

interface Waiting<Item> {
  readonly item: Item;
  readonly owner: Owner;
}

/**
 * A fair queue: next is an item of the owner with the fewest running items; among equals, of the
 * one that has waited longest. Items of one owner keep their order. So a user who starts a thousand
 * workflows delays others by one of them, not by all.
 */
export class FairQueue<Key, Item> {
  /** In the order of the owners' last turns. */
  readonly #waiting = new Map<Owner, Map<Key, Item>>();
  readonly #owners = new Map<Key, Owner>();
  readonly #running = new Map<Owner, number>();

  /** No effect for a key that is already queued. */
  add(key: Key, item: Item, owner: Owner): void {
    if (this.#owners.has(key)) return;
    this.#owners.set(key, owner);
    const items = this.#waiting.get(owner) ?? new Map<Key, Item>();
    this.#waiting.set(owner, items.set(key, item));
  }

  /** Takes the next item, which counts as running until `done`. */
  take(): Waiting<Item> | undefined {
    const owner = this.#nextOwner();
    const items = owner === undefined ? undefined : this.#waiting.get(owner);
    const next = items?.entries().next().value;
    if (owner === undefined || items === undefined || next === undefined) return undefined;
    const [key, item] = next;
    items.delete(key);
    this.#owners.delete(key);
    this.#waiting.delete(owner);
    if (items.size > 0) this.#waiting.set(owner, items);
    this.begin(owner);
    return { item, owner };
  }

  /** Counts an item as running that was not taken from here. */
  begin(owner: Owner): void {
    this.#running.set(owner, (this.#running.get(owner) ?? 0) + 1);
  }

  /** An item taken or begun no longer runs. */
  done(owner: Owner): void {
    const left = (this.#running.get(owner) ?? 0) - 1;
    if (left > 0) this.#running.set(owner, left);
    else this.#running.delete(owner);
  }

  clear(): void {
    this.#waiting.clear();
    this.#owners.clear();
  }

  #nextOwner(): Owner | undefined {
    let next: Owner | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const owner of this.#waiting.keys()) {
      const running = this.#running.get(owner) ?? 0;
      if (running < least) [next, least] = [owner, running];
    }
    return next;
  }
}
