import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type EventLog, takePage } from '@runtape/event-log';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { encodeStoredEvent, type WorkflowEvent, type WorkflowId } from '@runtape/events';
import { expect, test } from 'vitest';
import { newWorkflow, token } from './fixtures/samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

interface Written {
  readonly log: EventLog;
  readonly file: string;
  readonly workflowId: WorkflowId;
}

async function withLog(
  events: readonly WorkflowEvent[],
  use: (written: Written) => Promise<void>,
): Promise<void> {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'log.db');
  await using log = await openSqliteEventLog({ file });
  const { workflowId } = (await log.create(newWorkflow())).record;
  await log.begin(workflowId, { leaseMs: 60_000 });
  await log.append(workflowId, { attempt: 1, after: 0, events });
  await use({ log, file, workflowId });
}

/** Some entries are much longer than others, and some contain the separators of joined entries. */
const MIXED = Array.from({ length: 300 }, (_, index) => {
  if (index % 90 === 89) return token('long '.repeat(300));
  return token(index % 7 === 0 ? `",é${index}]\n,[\u2028\0` : `${index} `);
});

test('F3: a page has the same entries and the same end, whether its entries are small or some are large', async () => {
  await withLog(MIXED, async ({ log, workflowId }) => {
    for (const after of [0, 1, 60, 88, 89, 299, 300]) {
      for (const limit of [1, 20, 100, 1000, 5000]) {
        for (const maxBytes of [1, 500, 5000, 1_000_000]) {
          const rest = MIXED.slice(after).map((event, index) => ({
            event,
            seq: after + index + 1,
          }));
          const page = [
            ...takePage(rest, { limit, maxBytes }, ({ event }) => encodeStoredEvent(event).length),
          ];
          const { entries } = await log.read(workflowId, { after, limit, maxBytes });
          expect(entries.map(({ event, seq }) => ({ event, seq }))).toStrictEqual(page);
        }
      }
    }
  });
});

test.for([
  ['is not JSON', '{'],
  ['parses as two values', '{"a":1},{"b":2}'],
  ['opens a bracket that the next entry closes', '['],
  ['is not an event', '{}'],
] as const)(
  'F1: an entry that %s fails the page that contains it, and no other',
  async ([, text]) => {
    await withLog(MIXED, async ({ log, file, workflowId }) => {
      const database = new DatabaseSync(file);
      database.prepare('UPDATE entries SET event = ? WHERE seq = 150').run(text);
      database.close();
      await expect(log.read(workflowId, { after: 140, limit: 20 })).rejects.toMatchObject({
        code: 'corrupt',
      });
      expect((await log.read(workflowId, { after: 150, limit: 20 })).entries).toHaveLength(20);
    });
  },
);

test('F1: a missing entry is not hidden by its neighbours', async () => {
  await withLog(MIXED, async ({ log, file, workflowId }) => {
    const database = new DatabaseSync(file);
    database.exec('DELETE FROM entries WHERE seq = 150');
    database.close();
    const { entries } = await log.read(workflowId, { after: 145, limit: 8 });
    expect(entries.map(({ seq }) => seq)).toEqual([146, 147, 148, 149, 151, 152, 153, 154]);
  });
});
