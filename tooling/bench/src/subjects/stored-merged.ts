import { createServer } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { listen } from './listen.ts';
import { idOf, textOf } from './live-server.ts';

/** The limit for late watchers: the past stands in a file as the one frame that it comes to, and is read and written. */
export async function startStoredMerged(folder: string): Promise<{
  readonly port: number;
  /** Writes one. @returns the path under which it can be had. */
  readonly store: (tokens: number, isRunning: boolean) => string;
}> {
  const database = new DatabaseSync(join(folder, `merged-${process.pid}.db`));
  database.exec('CREATE TABLE merged (path TEXT PRIMARY KEY, running INTEGER, frame BLOB)');
  const insert = database.prepare('INSERT INTO merged (path, running, frame) VALUES (?, ?, ?)');
  const select = database.prepare('SELECT running, frame FROM merged WHERE path = ?');
  const server = createServer((request, response) => {
    const row = select.get(request.url ?? '');
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(row?.['frame']);
    if (row?.['running'] === 0) response.end();
  });
  let stored = 0;
  return {
    port: await listen(server),
    store: (tokens, isRunning) => {
      stored += 1;
      const content = Array.from({ length: tokens }, (_, index) => textOf(index + 1)).join('');
      const data = JSON.stringify({
        type: 'token',
        data: { part: 'draft', isComplete: false, content },
      });
      const frame = `event: token\ndata: ${data}\nid: ${idOf(tokens)}\n\n`;
      insert.run(`/${stored}`, Number(isRunning), Buffer.from(frame));
      return `/${stored}`;
    },
  };
}
