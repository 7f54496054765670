/** Who starts a workflow; `null` when that is not known. */
type Owner = string | null;

interface Waiting<Item> {
  readonly item: Item;
  readonly owner: Owner;
}

/**
 * A queue in which owners take turns: next is something of whoever has the least running, and of
 * those who have equally little running, of whoever waited longest for a turn. What one owner has
 * waiting is served in order. So somebody who starts a thousand workflows makes others wait for one
 * of them, and not for all.
 */
export class FairQueue<Key, Item> {
  /** In the order in which their owners had their last turn. */
  readonly #waiting = new Map<Owner, Map<Key, Item>>();
  readonly #owners = new Map<Key, Owner>();
  readonly #running = new Map<Owner, number>();

  /** Does nothing for a key that waits already. */
  add(key: Key, item: Item, owner: Owner): void {
    if (this.#owners.has(key)) return;
    this.#owners.set(key, owner);
    const items = this.#waiting.get(owner) ?? new Map<Key, Item>();
    this.#waiting.set(owner, items.set(key, item));
  }

  /** Takes the next one, which counts as running until `done`. */
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

  /** Counts something of an owner as running that was not taken from here. */
  begin(owner: Owner): void {
    this.#running.set(owner, (this.#running.get(owner) ?? 0) + 1);
  }

  /** What was taken or begun no longer runs. */
  done(owner: Owner): void {
    const left = (this.#running.get(owner) ?? 0) - 1;
    if (left > 0) this.#running.set(owner, left);
    else this.#running.delete(owner);
  }

  /** Forgets what waits. */
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
