import { flushSync } from 'react-dom';

/** A busy page renders at least this often, in ms. */
const LATEST_MS = 50;
/** The time for one task, in ms, which no user notices. */
const SLICE_MS = 10;
/** Elements this near to the window are rendered first. */
const NEAR = '100%';

/**
 * Renders elements one by one while the browser is idle: those near the window first, then from the
 * top.
 */
export class RenderQueue {
  readonly #waiting = new Map<Element, () => void>();
  readonly #near = new Set<Element>();
  #observer: IntersectionObserver | null = null;
  #cancel: (() => void) | null = null;

  /**
   * @param render called once, unless it is removed before.
   * @returns a function that removes it.
   */
  add(element: Element, render: () => void): () => void {
    this.#observer ??= new IntersectionObserver((seen) => this.#see(seen), { rootMargin: NEAR });
    this.#waiting.set(element, render);
    this.#observer.observe(element);
    this.#plan();
    return () => this.#remove(element);
  }

  #see(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting && this.#waiting.has(target)) this.#near.add(target);
      else this.#near.delete(target);
    }
  }

  #plan(): void {
    this.#cancel ??= whenIdle(() => {
      this.#cancel = null;
      const until = performance.now() + SLICE_MS;
      do this.#renderNext();
      while (this.#waiting.size > 0 && performance.now() < until);
      if (this.#waiting.size > 0) this.#plan();
    });
  }

  #renderNext(): void {
    const [element] = this.#near.size > 0 ? this.#near : this.#waiting.keys();
    if (element === undefined) return;
    const render = this.#waiting.get(element);
    this.#remove(element);
    if (render !== undefined) flushSync(render);
  }

  #remove(element: Element): void {
    this.#waiting.delete(element);
    this.#near.delete(element);
    this.#observer?.unobserve(element);
    if (this.#waiting.size > 0) return;
    this.#observer?.disconnect();
    this.#observer = null;
    this.#cancel?.();
    this.#cancel = null;
  }
}

/** @returns a function that cancels it. */
function whenIdle(run: () => void): () => void {
  // Safari does not have it.
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(run, 0);
    return () => clearTimeout(timer);
  }
  const idle = requestIdleCallback(run, { timeout: LATEST_MS });
  return () => cancelIdleCallback(idle);
}
