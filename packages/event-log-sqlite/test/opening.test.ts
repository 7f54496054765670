import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { describe, expect, test } from 'vitest';
import { openStore } from '../src/database/open-store.ts';
import { newWorkflow, token } from './fixtures/samples.ts';
import { messageMatching } from './message-matching.ts';
import { temporaryFolder } from './temporary-folder.ts';

const NOBODY = 65_534;

/** Writes a store with one workflow of a hundred entries, and closes it. */
async function writtenStore(file: string): Promise<void> {
  await using log = await openSqliteEventLog({ file });
  const { record } = await log.create(newWorkflow());
  const { attempt } = await log.begin(record.workflowId, { leaseMs: 1 });
  const events = Array.from({ length: 100 }, (_, index) => token(`${index}`.repeat(50)));
  await log.append(record.workflowId, { attempt, after: 0, events });
}

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

/** Runs as an unprivileged user, because root may write everywhere. */
async function asUnprivilegedUser<Result>(act: () => Promise<Result>): Promise<Result> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    return await act();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe('opening a store', () => {
  test('F8: creates the file and its folders, and finds its data again', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'deep', 'deeper', 'log.db');
    await writtenStore(file);
    await using log = await openSqliteEventLog({ file });
    const { workflows } = await log.list({ limit: 10 });
    expect(workflows).toMatchObject([{ status: 'queued', attempt: 1, tail: 100 }]);
  });

  test('F8: an empty file becomes a store', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    await writeFile(file, '');
    await using log = await openSqliteEventLog({ file });
    expect(await log.list({ limit: 1 })).toEqual({ workflows: [], next: null });
  });

  test('F8: a store of a newer version is left untouched', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    await writtenStore(file);
    change(file, 'PRAGMA user_version = 99');
    const before = await readFile(file);
    await expect(openSqliteEventLog({ file })).rejects.toMatchObject({
      name: 'EventLogError',
      code: 'unsupported_store',
      message: messageMatching(/newer Runtape \(store version 99/),
    });
    expect(await readFile(file)).toEqual(before);
  });

  test('F8: a database of another program is left untouched', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'theirs.db');
    change(file, 'CREATE TABLE notes (note TEXT)');
    const before = await readFile(file);
    await expect(openSqliteEventLog({ file })).rejects.toMatchObject({
      code: 'unsupported_store',
      message: messageMatching(/another program/),
    });
    expect(await readFile(file)).toEqual(before);
  });

  test('F8: a file that is not a database is left untouched', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    await writeFile(file, 'Dear diary, '.repeat(500));
    const before = await readFile(file);
    await expect(openSqliteEventLog({ file })).rejects.toMatchObject({
      code: 'corrupt',
      message: messageMatching(/not an SQLite database.*backup/),
    });
    expect(await readFile(file)).toEqual(before);
  });

  test('F8: a folder that cannot be created is unavailable', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'a file'), '');
    const file = join(folder.path, 'a file', 'log.db');
    await expect(openSqliteEventLog({ file })).rejects.toMatchObject({
      code: 'unavailable',
      message: messageMatching(/cannot be created.*another place/),
    });
  });

  test('F8: a folder in a place where none can be created, and where Node retries forever, is unavailable', async () => {
    const file = '/proc/runtape/deep/log.db';
    await expect(openSqliteEventLog({ file })).rejects.toMatchObject({
      code: 'unavailable',
      message: messageMatching(/cannot be created.*another place/),
    });
  });

  test('F8: a folder in place of the file is unavailable', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    await mkdir(file);
    await expect(openSqliteEventLog({ file })).rejects.toMatchObject({
      code: 'unavailable',
      message: messageMatching(/cannot be opened/),
    });
  });

  test('F8: a read-only store is unavailable, and left unchanged', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    await writtenStore(file);
    const before = await readFile(file);
    await chmod(file, 0o444);
    await chmod(folder.path, 0o555);
    const opening = asUnprivilegedUser(() => openSqliteEventLog({ file }));
    await expect(opening).rejects.toMatchObject({
      code: 'unavailable',
      message: messageMatching(/only be read/),
    });
    expect(await readFile(file)).toEqual(before);
    await chmod(folder.path, 0o755);
  });

  test.for([
    ['process', 1],
    ['power', 2],
  ] as const)('F1: durability %s is level %i of SQLite', async ([durability, synchronous]) => {
    await using folder = await temporaryFolder();
    const store = await openStore({ file: join(folder.path, 'log.db'), durability });
    expect(store.prepare('PRAGMA synchronous').get()).toEqual({ synchronous });
    store.close();
  });
});
