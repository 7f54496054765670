import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openStore } from '../src/database/open-store.ts';
import { edgeSql, listSql, ORPHANED_SQL } from '../src/list.ts';
import { THREAD_SQL } from '../src/threads.ts';
import { temporaryFolder } from './temporary-folder.ts';

const stepSchema = z.looseObject({ detail: z.string() });

test.for([
  ['thread', listSql('thread'), /USING INDEX workflows_thread \(thread_id=\?/],
  ['owner', listSql('owner'), /USING INDEX workflows_owner \(owner=\?/],
  ['definition', listSql('definition'), /USING INDEX workflows_definition \(definition=\?/],
  ['nothing', listSql('nothing'), /USING INDEX workflows_newest \(/],
  [
    'thread, up to the end of a scan',
    edgeSql('thread'),
    /USING (COVERING )?INDEX workflows_thread \(thread_id=\?/,
  ],
  [
    'nothing, up to the end of a scan',
    edgeSql('nothing'),
    /USING (COVERING )?INDEX workflows_newest \(/,
  ],
  ['due time', ORPHANED_SQL, /USING INDEX workflows_due \(<expr>>\?/],
  ['position in a thread', THREAD_SQL, /USING INDEX workflows_place \(thread_id=\? AND place>\?/],
] as const)('a list by %s reads a range of an index and sorts nothing', async ([, sql, way]) => {
  await using folder = await temporaryFolder();
  const store = await openStore({ file: join(folder.path, 'log.db'), durability: 'process' });
  const plan = store
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map((row) => stepSchema.parse(row).detail);
  expect(plan[0]).toMatch(way);
  expect(plan.join('\n')).not.toMatch(/TEMP B-TREE|SCAN workflows/);
  store.close();
});
