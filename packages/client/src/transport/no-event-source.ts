import type { EventSourceClass } from './event-source.ts';

/** Browsers have an EventSource of their own, so bundles for them leave out the package. */
export const fallback: EventSourceClass | undefined = undefined;
