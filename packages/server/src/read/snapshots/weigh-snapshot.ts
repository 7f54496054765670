import type { WorkflowSnapshot } from '@runtape/events';

/** Of each part, beside its text. */
const ENVELOPE = 100;

/**
 * About how many characters a snapshot has as JSON. What a fold leaves as it is, is weighed once.
 */
export class SnapshotScale {
  readonly #known = new WeakMap<object, number>();

  weigh(snapshot: WorkflowSnapshot): number {
    const { parts, tools, agents, logs, statuses, steps, result } = snapshot;
    let chars = ENVELOPE + this.#weighItem(result);
    // A text grows with each token; its length is known without looking at it.
    for (const { text } of parts) chars += ENVELOPE + text.length;
    for (const items of [tools, agents, logs, statuses, steps]) {
      for (const item of items) chars += this.#weighItem(item);
    }
    return chars;
  }

  #weighItem(item: unknown): number {
    if (typeof item !== 'object' || item === null) return JSON.stringify(item ?? null).length;
    const known = this.#known.get(item);
    if (known !== undefined) return known;
    const chars = JSON.stringify(item).length;
    this.#known.set(item, chars);
    return chars;
  }
}
