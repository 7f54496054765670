import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { toNodeHandler } from '@runtape/node-http';
import { createRuntape } from 'runtape';
import { defineWorkflow } from 'runtape';
import { z } from 'zod';
import { buildPage } from '../src/build/build-page.ts';

/** A workflow with events, a state and texts of its own, and an input of every kind. */
export const writeFeed = defineWorkflow({
  name: 'writeFeed',
  input: z
    .object({
      topic: z.string().min(3).describe('What the feed is about.'),
      instructions: z.string().optional().describe('More for the writer.'),
      count: z.int().min(1).max(20).default(3),
      threshold: z.number().nullable(),
      tone: z.enum(['calm', 'loud']).default('calm'),
      isDraft: z.boolean(),
      tags: z.array(z.string().min(1)).max(3).optional(),
      author: z.object({ name: z.string(), homepage: z.url().optional() }).optional(),
      options: z.record(z.string(), z.number()).optional().describe('Weights, by their name.'),
    })
    .meta({ title: 'Write a feed', description: 'Writes items about a topic, one by one.' }),
  result: z.object({ items: z.int() }),
  events: {
    'item.added': z.object({ title: z.string(), tags: z.array(z.string()) }),
    reviewed: z.object({ ok: z.boolean() }),
  },
  state: { items: [] as readonly string[], reviews: 0 },
  reduce: (state, event) =>
    event.type === 'item.added'
      ? { ...state, items: [...state.items, event.data.title] }
      : { ...state, reviews: state.reviews + 1 },
  summary: ({ topic }) => ({ title: `A feed about ${topic}` }),
  run: async (ctx, { topic, count, tags = [] }) => {
    await ctx.emit('token', {
      part: 'introduction',
      content: `Items about **${topic}**.`,
      isComplete: true,
    });
    for (let n = 1; n <= count; n += 1) {
      await ctx.emit('item.added', { title: `${topic} ${n} <b>bold</b>`, tags });
    }
    await ctx.emit('reviewed', { ok: true });
    return { items: count };
  },
});

export const ping = defineWorkflow({
  name: 'ping',
  input: z.object({}),
  run: async () => ({ answer: 'pong' }),
});

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const POLICY =
  "default-src 'self'; img-src 'self' data: https:; style-src 'self' 'unsafe-inline'; object-src 'none'";

/** A server with the page and the workflows of an app, below a base path. */
export async function startOwnApp({ basePath = '', workflows = [writeFeed, ping] } = {}) {
  const runtape = createRuntape({ workflows, store: { log: createMemoryEventLog({}) }, basePath });
  await runtape.work();
  const folder = await buildPage({ onProgress: () => {} });
  const servePage = async (path: string): Promise<Response> => {
    const file = extname(path) === '' ? '/index.html' : path;
    const body = await readFile(join(folder, file)).catch(() => null);
    if (body === null) return new Response('Not found', { status: 404 });
    const root = '../'.repeat(path.split('/').length - 2) || './';
    const text = file.endsWith('.html')
      ? body.toString().replaceAll(/(?<=\s(?:href|src)=")\.\//g, root)
      : body;
    const headers = {
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
      'Content-Security-Policy': POLICY,
    };
    return new Response(text, { headers });
  };
  const fetch = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname.slice(basePath.length);
    return /^\/(?:api|trpc)\//.test(path) ? await runtape.fetch(request) : await servePage(path);
  };
  const server = createServer(toNodeHandler({ fetch }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}${basePath}`,
    runtape,
    [Symbol.asyncDispose]: async () => {
      runtape.drain();
      server.closeAllConnections();
      server.close();
      await runtape.close();
    },
  };
}
