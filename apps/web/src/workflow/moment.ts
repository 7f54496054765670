import type { EventId, WorkflowSnapshot } from '@runtape/events';

/** The moment of the workflow that the page shows. */
export type Moment =
  | { readonly kind: 'now' }
  /** The moment in the address, whose events are still loading. */
  | { readonly kind: 'finding' }
  | PastMoment;

/** The workflow right after one of its events. */
export interface PastMoment {
  readonly kind: 'past';
  readonly id: EventId;
  /** In ms since 1970. */
  readonly at: number;
  readonly workflow: WorkflowSnapshot;
  /** Tokens a second. */
  readonly rate: number;
}

export const NOW: Moment = { kind: 'now' };
export const FINDING: Moment = { kind: 'finding' };

const PARAMETER = 'at';

/** The moment in the address. It should be an event id, but can be any text. */
export function momentInAddress(): string | null {
  return new URLSearchParams(location.search).get(PARAMETER);
}

/** Puts a moment into the address, or removes it, without a navigation. */
function putMomentInAddress(id: EventId | null): void {
  const url = new URL(location.href);
  if (id === null) url.searchParams.delete(PARAMETER);
  else url.searchParams.set(PARAMETER, id);
  if (url.href !== location.href) history.replaceState(history.state, '', url);
}

/** Browsers allow about 200 changes of the address in 30 seconds. */
const EVERY_MS = 400;

/** Keeps the address at the shown moment while the playhead moves. */
export class MomentAddress {
  #id: EventId | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** @param id `null` removes the moment at once. */
  show(id: EventId | null): void {
    this.#id = id;
    if (id === null) {
      this.stop();
      putMomentInAddress(null);
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      putMomentInAddress(this.#id);
    }, EVERY_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
