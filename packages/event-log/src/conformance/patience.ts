/**
 * How long the suite waits for one thing, in ms. Far above what anything takes: a machine that is
 * busy must not fail a test.
 */
export const PATIENCE_MS = 60_000;
/** How long a test may take that tries many drawn cases, in ms. */
export const MANY_CASES_MS = 5 * PATIENCE_MS;
