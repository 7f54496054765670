import { expect, test } from 'vitest';
import { formatReport, listWrongs } from '../src/report.ts';
import { checkRecords } from '../src/check/check-records.ts';
import { salvageWith } from '../src/salvage.ts';

test('F1: a run that was broken off says why, and that its table is of what was recorded so far', async () => {
  const troubles: string[] = [];
  const salvage = salvageWith(troubles);
  const gone = await salvage('logs', () => Promise.reject(new Error('Redis does not answer.')));
  expect(gone).toBeUndefined();
  expect(await salvage('connections', () => Promise.resolve(['one']))).toEqual(['one']);
  const records = { starts: [], testimonies: [], logs: [], injuries: [] };
  const result = {
    records,
    verdict: checkRecords(records, { noticeWithinMs: 1, silenceWithinMs: 1 }),
    load: { starts: [], refusals: [], cancels: 0, pauses: 0 },
    leftovers: [],
    crashes: ['server 1 ended by itself with 3'],
    troubles,
    outputs: new Map(),
  };
  expect(listWrongs(result)).toEqual([
    'broken off: logs: Redis does not answer.',
    'crashed: server 1 ended by itself with 3',
  ]);
  const table = formatReport(result, { seed: 1, store: 'redis', minutes: 1 });
  expect(table).toMatch(/^crashes +1$/m);
  expect(table).toMatch(/^broken off +what was recorded so far$/m);
});
