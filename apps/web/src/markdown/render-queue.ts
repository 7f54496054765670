import { flushSync } from 'react-dom';

/** A busy page renders some after this time all the same, in ms. */
const LATEST_MS = 50;
/** After so many ms no other one is begun: with the one under way it is a task that nobody notices, on a slow machine as well. */
const SLICE_MS = 10;
/** What is this near to the window comes first. */
const NEAR = '100%';

/**
 * Renders many elements one after another while the browser has nothing else to do: those near the window first, then from
 * the top.
 */
export class RenderQueue {
  readonly #waiting = new Map<Element, () => void>();
  readonly #near = new Set<Element>();
  #observer: IntersectionObserver | null = null;
  #cancel: (() => void) | null = null;

  /**
   * @param render is called once, unless it is taken back before.
   * @returns what takes it back.
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

/** @returns what cancels it. */
function whenIdle(run: () => void): () => void {
  // Safari has none.
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(run, 0);
    return () => clearTimeout(timer);
  }
  const idle = requestIdleCallback(run, { timeout: LATEST_MS });
  return () => cancelIdleCallback(idle);
}
