/** A browser has its own: in the place of the package that Node needs. */
export const { EventSource } = globalThis;
