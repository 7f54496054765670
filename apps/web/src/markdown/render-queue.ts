import { flushSync } from 'react-dom';

/** Even a busy page renders an element at least this often, in ms. */
const MAX_IDLE_WAIT_MS = 50;
/** The duration of one task, in ms, short enough to go unnoticed. */
const SLICE_MS = 10;
/** Elements within this distance of the visible part are rendered first. */
const NEAR = '100%';

/**
 * Renders elements one by one while the browser is idle: those near the visible part first, then
 * from the top.
 */
export class RenderQueue {
  readonly #waiting = new Map<Element, () => void>();
  readonly #near = new Set<Element>();
  #observer: IntersectionObserver | null = null;
  #cancel: (() => void) | null = null;

  /**
   * @param render called once, unless the element is removed before.
   * @returns a function that removes the element.
   */
  add(element: Element, render: () => void): () => void {
    this.#observer ??= new IntersectionObserver((entries) => this.#updateNear(entries), {
      rootMargin: NEAR,
    });
    this.#waiting.set(element, render);
    this.#observer.observe(element);
    this.#schedule();
    return () => this.#remove(element);
  }

  #updateNear(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting && this.#waiting.has(target)) this.#near.add(target);
      else this.#near.delete(target);
    }
  }

  #schedule(): void {
    this.#cancel ??= whenIdle(() => {
      this.#cancel = null;
      const deadline = performance.now() + SLICE_MS;
      do this.#renderNext();
      while (this.#waiting.size > 0 && performance.now() < deadline);
      if (this.#waiting.size > 0) this.#schedule();
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

/** @returns a function that cancels the call. */
function whenIdle(run: () => void): () => void {
  // Safari does not support it.
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(run, 0);
    return () => clearTimeout(timer);
  }
  const idle = requestIdleCallback(run, { timeout: MAX_IDLE_WAIT_MS });
  return () => cancelIdleCallback(idle);
}
