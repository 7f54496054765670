import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStore } from '../src/database/open-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('a transaction', () => {
  test('F1: that throws halfway has no effect, and the next one works', async () => {
    await using folder = await temporaryFolder();
    const store = await openStore({ file: join(folder.path, 'log.db'), durability: 'process' });
    await store.write(() => store.prepare('CREATE TABLE notes (note TEXT)').run());
    const insert = store.prepare('INSERT INTO notes VALUES (?)');
    const count = store.prepare('SELECT count(*) AS notes FROM notes');
    const mistake = new Error('half way');
    const half = () => {
      insert.run('one');
      throw mistake;
    };
    await expect(store.write(half)).rejects.toThrow(mistake);
    expect(await store.read(() => count.get())).toEqual({ notes: 0 });
    await store.write(() => insert.run('two'));
    expect(await store.read(() => count.get())).toEqual({ notes: 1 });
    store.close();
  });

  test('is refused after the store was closed; closing can be repeated', async () => {
    await using folder = await temporaryFolder();
    const store = await openStore({ file: join(folder.path, 'log.db'), durability: 'process' });
    store.close();
    store.close();
    await expect(store.read(() => 1)).rejects.toMatchObject({ code: 'closed' });
    await expect(store.write(() => 1)).rejects.toMatchObject({ code: 'closed' });
  });
});
