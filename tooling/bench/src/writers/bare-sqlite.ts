import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { eventOf } from '../targets/live-server.ts';
import type { Publisher } from './publishers.ts';

/**
 * The limit on SQLite: a prepared insert per event in its own transaction, as durable as our log.
 */
export function bareInserts(folder: string): Promise<Publisher> {
  const database = new DatabaseSync(join(folder, `bare-${process.pid}.db`));
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE entries (workflow INTEGER, seq INTEGER, event TEXT, PRIMARY KEY (workflow, seq)) WITHOUT ROWID;`);
  const insert = database.prepare('INSERT INTO entries (workflow, seq, event) VALUES (?, ?, ?)');
  let workflow = 0;
  return Promise.resolve((count) => {
    workflow += 1;
    for (let seq = 1; seq <= count; seq += 1) {
      insert.run(workflow, seq, JSON.stringify(eventOf(seq, 'token')));
    }
    return Promise.resolve(() => Promise.resolve(null));
  });
}
