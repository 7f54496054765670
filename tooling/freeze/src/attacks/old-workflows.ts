import { setTimeout as delay } from 'node:timers/promises';
import { makeToken, TestLog } from '@runtape/testing';
import type { Attack } from '../attack.ts';

const WORKFLOWS = 500;
/** The maximum number of workflows in a log's list. */
const LISTED = 200;
const TOKENS = 1000;
const POLL_MS = 500;
const END_WITHIN_MS = 90_000;

/** Many workflows that ended long ago and expire at the same time. */
export const oldWorkflows: Attack = {
  name: 'old-workflows',
  summary: '500 workflows of 1,000 events that are older than they may be',
  // About a second.
  env: () => ({ RETENTION_DAYS: '0.00001' }),
  fromStart: true,
  seed: async (log, sized) => {
    const tokens = Array.from({ length: TOKENS }, () => makeToken('some words of a text '));
    for (let n = 0; n < sized(WORKFLOWS); n += 1) {
      const testLog = await TestLog.create(log);
      await testLog.append(...tokens);
      await testLog.complete();
    }
  },
  attack: async (attacked) => {
    await using log = await attacked.openLog();
    const until = performance.now() + END_WITHIN_MS;
    for (;;) {
      const { workflows } = await log.list({ limit: LISTED });
      if (workflows.length === 0 || performance.now() > until) return `${workflows.length} left`;
      await delay(POLL_MS);
    }
  },
};
