/** Replaces the `eventsource` package, which only Node needs. */
export const { EventSource } = globalThis;
