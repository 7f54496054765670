import type { EventId, WorkflowSnapshot } from '@runtape/events';

/** The moment of the workflow that the page shows. */
export type Moment =
  | { readonly kind: 'now' }
  /** The moment in the address, whose events are still loading. */
  | { readonly kind: 'loading' }
  | PastMoment;

/** The workflow right after one of its events. */
export interface PastMoment {
  readonly kind: 'past';
  readonly id: EventId;
  /** In ms since 1970. */
  readonly at: number;
  readonly workflow: WorkflowSnapshot;
  /** Tokens per second. */
  readonly rate: number;
}

export const NOW: Moment = { kind: 'now' };
export const LOADING: Moment = { kind: 'loading' };

const PARAMETER = 'at';

/** The moment in the address. It should be an event id, but can be any text. */
export function momentInAddress(): string | null {
  return new URLSearchParams(location.search).get(PARAMETER);
}

/** Puts a moment into the address, or removes it, without a navigation. */
function setMomentInAddress(id: EventId | null): void {
  const url = new URL(location.href);
  if (id === null) url.searchParams.delete(PARAMETER);
  else url.searchParams.set(PARAMETER, id);
  if (url.href !== location.href) history.replaceState(history.state, '', url);
}

/** The minimum interval between changes of the address: browsers allow about 200 in 30 s. */
const UPDATE_MS = 400;

/** Keeps the shown moment in the address while the playhead moves. */
export class MomentAddress {
  #id: EventId | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** @param id `null` removes the moment immediately. */
  show(id: EventId | null): void {
    this.#id = id;
    if (id === null) {
      this.stop();
      setMomentInAddress(null);
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      setMomentInAddress(this.#id);
    }, UPDATE_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
