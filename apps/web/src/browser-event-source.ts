/** Replaces the package that Node needs. */
export const { EventSource } = globalThis;
