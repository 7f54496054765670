import { expect } from 'vitest';

/** Matches a message by a pattern. */
export function messageMatching(what: RegExp): unknown {
  return expect.stringMatching(what);
}
