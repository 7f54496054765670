import type { CustomEvent } from '@runtape/events';

const MAX_DEPTH = 100;
/** The characters of numbers, `true`, `null` and the like, about. */
const SCALAR = 8;

/** Thrown for a value that is not JSON. The message says where. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
}

/**
 * Freezes JSON values and measures them. What it has seen, it does not look at again: a state that
 * shares most of the previous one costs little.
 */
export class JsonInspector {
  /** The length of each frozen object, in characters. */
  readonly #known = new WeakMap<object, number>();

  /**
   * Freezes a value.
   * @param before a value that was inspected before and shares most of its parts.
   * @throws NotJson.
   */
  inspect(value: unknown, before?: unknown): asserts value is CustomEvent['data'] {
    this.#inspect(value, before, 'state', 0);
  }

  /** Returns the approximate length of a value as text, in characters. @throws NotJson. */
  measure(value: unknown): number {
    return this.#inspect(value, undefined, 'state', 0);
  }

  #inspect(value: unknown, before: unknown, path: string, depth: number): number {
    if (!isObject(value)) return measureScalar(value, path);
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    if (depth > MAX_DEPTH) throw new NotJson(`${path} is nested too deeply`);
    const chars = Array.isArray(value)
      ? this.#inspectArray(value, Array.isArray(before) ? before : [], path, depth)
      : this.#inspectObject(value, isObject(before) ? before : {}, path, depth);
    Object.freeze(value);
    this.#known.set(value, chars);
    return chars;
  }

  /** Most items of a growing list are those of before, in the same place. */
  #inspectArray(
    items: readonly unknown[],
    before: readonly unknown[],
    path: string,
    depth: number,
  ): number {
    const charsBefore = this.#known.get(before);
    const isKnown = charsBefore !== undefined;
    let chars = charsBefore ?? 2;
    for (let index = 0; index < items.length; index += 1) {
      const item = items[index];
      const isOld = isKnown && index < before.length;
      if (isOld && item === before[index]) continue;
      chars += this.#inspect(item, before[index], `${path}[${index}]`, depth + 1) + 1;
      if (isOld) chars -= this.#inspect(before[index], undefined, path, depth + 1) + 1;
    }
    if (!isKnown) return chars;
    for (const item of before.slice(items.length)) {
      chars -= this.#inspect(item, undefined, path, depth + 1) + 1;
    }
    return chars;
  }

  #inspectObject(value: object, before: object, path: string, depth: number): number {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
      throw new NotJson(`${path} is an object of a class`);
    }
    let chars = 2;
    for (const [key, item] of Object.entries(value)) {
      chars += key.length + 4;
      const old: unknown = Object.hasOwn(before, key) ? Reflect.get(before, key) : undefined;
      chars += this.#inspect(item, old, `${path}.${key}`, depth + 1);
    }
    return chars;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function measureScalar(value: unknown, path: string): number {
  if (typeof value === 'string') return value.length + 2;
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return SCALAR;
  throw new NotJson(`${path} is ${typeof value === 'number' ? String(value) : typeof value}`);
}
