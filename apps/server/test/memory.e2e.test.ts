import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowId } from '@runtape/events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type Answer, answerSchema, type Question } from './measured-server-messages.ts';

/** The open-file limit of this process and of the server; each socket counts. */
const openFiles = z.object({
  userLimits: z.object({ open_files: z.object({ hard: z.coerce.number().catch(Infinity) }) }),
});
const { hard } = openFiles.parse(process.report.getReport()).userLimits.open_files;
const IDLE = Math.min(10_000, hard - 1_000);
const SLOW = 1_000;
const WORKFLOWS = 1_000;
/** The kernel accepts only a limited number of new connections at a time. */
const AT_ONCE = 250;
/**
 * The limit for a slow watcher: data in transit to it, and never all unread data of a log of 13 MB.
 */
const MOST_PER_SLOW_MB = 0.25;
/** The allocator returns memory late, but the delay does not grow with each round. */
const MOST_RSS_RATIO = 1.3;
/** The memory that the last two rounds may retain: less than a KB per watcher. */
const MOST_LEFT_MB = 20;

let folder = '';
let server: ChildProcess;
let url = new URL('http://127.0.0.1');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtape-memory-'));
  const file = join(import.meta.dirname, 'measured-server.ts');
  server = fork(file, [join(folder, 'log.db')], { execArgv: ['--expose-gc'] });
  url = new URL((await answerOf(server)).url ?? '');
});

afterEach(async () => {
  const exited = once(server, 'exit');
  server.send({ type: 'stop' } satisfies Question);
  await exited;
  await rm(folder, { recursive: true, force: true });
});

interface Round extends NonNullable<Answer['memory']> {
  /** The memory that slow watchers held while connected. */
  readonly heldMb: number;
}

async function answerOf(child: ChildProcess): Promise<Answer> {
  const [message]: unknown[] = await once(child, 'message');
  return answerSchema.parse(message);
}

async function ask(question: Question): Promise<Answer> {
  const answer = answerOf(server);
  server.send(question);
  return await answer;
}

async function measure() {
  const { memory } = await ask({ type: 'measure' });
  if (memory === undefined) throw new Error('The server did not report its memory.');
  return memory;
}

async function start(tokens: number, waits: boolean): Promise<WorkflowId> {
  const { workflowId } = await ask({ type: 'start', tokens, waits });
  if (workflowId === undefined) throw new Error('The server did not name the workflow.');
  return workflowId;
}

/** Opens streams of a workflow. @returns once each has its first bytes; nothing more is read. */
async function watch(workflowId: string, count: number): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const next = Array.from({ length: Math.min(AT_ONCE, count - sockets.length) }, () =>
      openStream(workflowId),
    );
    sockets.push(...(await Promise.all(next)));
  }
  return sockets;
}

async function openStream(workflowId: string): Promise<Socket> {
  const socket = connect({ port: Number(url.port), host: url.hostname });
  socket.write(`GET /api/workflows/${workflowId}/events HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`);
  const [first]: unknown[] = await once(socket, 'data');
  socket.pause();
  expect(String(first)).toContain('200 OK');
  return socket;
}

async function leave(sockets: readonly Socket[]): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await vi.waitFor(
    async () => {
      const metrics = await (await fetch(new URL('/metrics', url))).text();
      expect(metrics).toMatch(/^runtape_streams_open\S* 0$/m);
    },
    { interval: 200 },
  );
}

/**
 * A typical day: many clients that only wait, some that are slow, and workflows that come and go.
 */
async function churn() {
  const quiet = await start(0, true);
  const idle = await watch(quiet, IDLE);
  await leave(idle);
  await ask({ type: 'release', workflowId: quiet });

  const busy = await start(40_000, true);
  const slow = await watch(busy, SLOW);
  const before = await measure();
  await ask({ type: 'release', workflowId: busy });
  await ask({ type: 'end', workflowId: busy });
  const held = (await measure()).heapMb - before.heapMb;
  await leave(slow);

  const ids: WorkflowId[] = [];
  while (ids.length < WORKFLOWS) ids.push(await start(50, false));
  for (const workflowId of ids) await ask({ type: 'end', workflowId });
  return held;
}

test('A13, A10: 10,000 waiting clients, 1,000 slow ones and 1,000 workflows leak no memory, even repeatedly', async () => {
  const rounds: Round[] = [];
  for (let round = 0; round < 3; round += 1) {
    const heldMb = await churn();
    rounds.push({ heldMb, ...(await measure()) });
  }
  const [first, second, last] = rounds;
  if (first === undefined || second === undefined || last === undefined)
    throw new Error('Too few.');
  expect(Math.max(...rounds.map(({ heldMb }) => heldMb))).toBeLessThan(SLOW * MOST_PER_SLOW_MB);
  // The first round includes one-time allocations.
  expect(last.heapMb - first.heapMb).toBeLessThan(MOST_LEFT_MB);
  expect(last.rssMb).toBeLessThan(second.rssMb * MOST_RSS_RATIO);
  expect(last.warnings).toEqual([]);
}, 600_000);
