import type { EventId, WorkflowSnapshot } from '@runtape/events';

/** Which moment of the workflow the page shows. */
export type Moment =
  /** As it is. */
  | { readonly kind: 'now' }
  /** The one in the address, whose events are still being read. */
  | { readonly kind: 'finding' }
  | PastMoment;

/** The workflow as it was right after one of its events. */
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

/** The moment that the address names: an event id, or what somebody made of it. */
export function momentInAddress(): string | null {
  return new URLSearchParams(location.search).get(PARAMETER);
}

/** Lets the address name a moment, or none; the page stays where it is. */
export function putMomentInAddress(id: EventId | null): void {
  const url = new URL(location.href);
  if (id === null) url.searchParams.delete(PARAMETER);
  else url.searchParams.set(PARAMETER, id);
  if (url.href !== location.href) history.replaceState(history.state, '', url);
}
