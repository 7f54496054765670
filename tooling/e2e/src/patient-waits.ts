import { vi } from 'vitest';

/**
 * Far above what anything takes: a machine that is busy with something else must not fail a test.
 */
const PATIENCE_MS = 60_000;
const waitFor = vi.waitFor.bind(vi);

// Vitest has a setting for how long `expect.poll` waits, and none for this.
vi.waitFor = (callback, options = {}) =>
  waitFor(callback, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options });
