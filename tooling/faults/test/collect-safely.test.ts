import { expect, test } from 'vitest';
import { formatReport, listProblems } from '../src/report.ts';
import { checkRecords } from '../src/check/check-records.ts';
import { collectSafely } from '../src/collect-safely.ts';

test('F1: a run that ended early reports why, and that its table covers only what was recorded until then', async () => {
  const troubles: string[] = [];
  const collect = collectSafely(troubles);
  const gone = await collect('logs', () => Promise.reject(new Error('Redis does not answer.')));
  expect(gone).toBeUndefined();
  expect(await collect('connections', () => Promise.resolve(['one']))).toEqual(['one']);
  const records = { starts: [], histories: [], logs: [], faultWindows: [] };
  const result = {
    records,
    verdict: checkRecords(records, { noticeWithinMs: 1, silenceWithinMs: 1 }),
    workload: { starts: [], refusals: [], cancels: 0, pauses: 0 },
    leftovers: [],
    crashes: ['server 1 ended by itself with 3'],
    troubles,
    outputs: new Map(),
  };
  expect(listProblems(result)).toEqual([
    'ended early: logs: Redis does not answer.',
    'crashed: server 1 ended by itself with 3',
  ]);
  const table = formatReport(result, { seed: 1, store: 'redis', minutes: 1 });
  expect(table).toMatch(/^crashes +1$/m);
  expect(table).toMatch(/^ended early +the table covers only what was recorded until then$/m);
});
