import { expect } from 'vitest';

/** Matches a message that says something. */
export function saying(what: RegExp): unknown {
  return expect.stringMatching(what);
}
