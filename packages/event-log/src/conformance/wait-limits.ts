/**
 * How long the suite waits for one condition, in ms. Far more than anything takes, so that a busy
 * machine does not fail a test.
 */
export const WAIT_LIMIT_MS = 60_000;
/** The time limit of a test that tries many random cases, in ms. */
export const MANY_CASES_MS = 5 * WAIT_LIMIT_MS;
