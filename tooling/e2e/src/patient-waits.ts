import { vi } from 'vitest';

/** Far above the normal duration: a busy machine must not fail a test. */
const TIMEOUT_MS = 60_000;
const waitFor = vi.waitFor.bind(vi);

// Vitest has a setting for the time limit of `expect.poll`, but none for this.
vi.waitFor = (callback, options = {}) =>
  waitFor(callback, typeof options === 'number' ? options : { timeout: TIMEOUT_MS, ...options });
