import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Redis } from 'ioredis';
import { listen } from './listen.ts';
import { idOf, textOf } from './live-server.ts';

/**
 * The limit for late watchers: the history is stored as a single frame, which is read and written.
 */
export interface StoredMerged {
  readonly port: number;
  /** Stores a frame. @returns the path that serves it. */
  store(tokens: number, isRunning: boolean): Promise<string>;
}

/** The frame is a row in a SQLite file. */
export async function startStoredMergedInSqlite(folder: string): Promise<StoredMerged> {
  const database = new DatabaseSync(join(folder, `merged-${process.pid}.db`));
  database.exec('CREATE TABLE merged (path TEXT PRIMARY KEY, running INTEGER, frame BLOB)');
  const insert = database.prepare('INSERT INTO merged (path, running, frame) VALUES (?, ?, ?)');
  const select = database.prepare('SELECT running, frame FROM merged WHERE path = ?');
  const server = createServer((request, response) => {
    const row = select.get(request.url ?? '');
    send(response, row?.['frame'], row?.['running'] === 1);
  });
  let stored = 0;
  return {
    port: await listen(server),
    store: (tokens, isRunning) => {
      stored += 1;
      insert.run(`/${stored}`, Number(isRunning), frameOf(tokens));
      return Promise.resolve(`/${stored}`);
    },
  };
}

/** The frame is a value in Redis: one GET. */
export async function startStoredMergedInRedis(redisUrl: string): Promise<StoredMerged> {
  const redis = new Redis(redisUrl);
  const running = new Set<string>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    void redis.getBuffer(keyOf(path)).then((frame) => send(response, frame, running.has(path)));
  });
  let stored = 0;
  return {
    port: await listen(server),
    store: async (tokens, isRunning) => {
      stored += 1;
      const path = `/${stored}`;
      if (isRunning) running.add(path);
      await redis.set(keyOf(path), frameOf(tokens));
      return path;
    },
  };
}

function keyOf(path: string): string {
  return `merged:${process.pid}:${path}`;
}

function frameOf(tokens: number): Buffer {
  const content = Array.from({ length: tokens }, (_, index) => textOf(index + 1)).join('');
  const data = JSON.stringify({
    type: 'token',
    data: { part: 'draft', isComplete: false, content },
  });
  return Buffer.from(`event: token\ndata: ${data}\nid: ${idOf(tokens)}\n\n`);
}

function send(response: ServerResponse, frame: unknown, isRunning: boolean): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write(frame);
  if (!isRunning) response.end();
}
