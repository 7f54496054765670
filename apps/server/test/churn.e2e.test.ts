import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowId } from '@runtape/events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type Answer,
  answerSchema,
  type Measured,
  type Question,
} from './churning-server-messages.ts';

const HOURS = 24;
/** The number of warm-up rounds: for caches and compiled code. */
const HOURS_BEFORE = 6;
const HOUR_MS = 3_600_000;
const SIGN_INS = 20;
const WORKFLOWS = 40;
/** The clients of one workflow, over each API. */
const IDLE_PER_SURFACE = 40;
/** 18 hours have 4,300 streams, 760 workflows and 360 sign-ins. */
const MOST_LEFT_MB = 10;
const patience = { timeout: 120_000, interval: 50 };

let folder = '';
let server: ChildProcess;
let url = new URL('http://127.0.0.1');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtape-churn-'));
  const program = join(import.meta.dirname, 'churning-server.ts');
  server = fork(program, [join(folder, 'log.db')], { execArgv: ['--expose-gc'] });
  url = new URL((await answerOf(server)).url ?? '');
});

afterEach(async () => {
  if (server.exitCode === null) {
    const exited = once(server, 'exit');
    server.send({ type: 'stop' } satisfies Question);
    await exited;
  }
  await rm(folder, { recursive: true, force: true });
});

async function answerOf(child: ChildProcess): Promise<Answer> {
  const answered = new AbortController();
  const { signal } = answered;
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('The server has ended.');
  });
  try {
    const [message]: unknown[] = await Promise.race([once(child, 'message', { signal }), ended]);
    return answerSchema.parse(message);
  } finally {
    ended.catch(() => undefined);
    answered.abort();
  }
}

async function ask(question: Question): Promise<Answer> {
  const answer = answerOf(server);
  server.send(question);
  return await answer;
}

function given<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The server did not answer the request.');
  return value;
}

const start = async (owner: string, waits: boolean): Promise<WorkflowId> =>
  given((await ask({ type: 'start', owner, waits })).workflowId);
const tokenFor = async (owner: string, forMs: number): Promise<string> =>
  given((await ask({ type: 'token', owner, forMs })).token);
const measure = async (): Promise<Measured> => given((await ask({ type: 'measure' })).measured);

/** The request for a workflow's stream, by API. */
const surfaces: readonly ((workflowId: string) => { line: string; body?: string })[] = [
  (workflowId) => ({ line: `GET /api/workflows/${workflowId}/events` }),
  (workflowId) => {
    const input = encodeURIComponent(JSON.stringify({ json: { workflowId } }));
    return { line: `GET /trpc/onWorkflowEvents?input=${input}` };
  },
  (workflowId) => {
    const body = JSON.stringify({ streams: [{ workflowId, after: null }] });
    return { line: 'POST /api/events', body };
  },
];

interface Client {
  readonly socket: Socket;
  /** Waits until it has received this text. */
  received(text: string): Promise<void>;
  /** The server has closed its connection. */
  readonly closed: Promise<unknown>;
}

function send(line: string, token: string, body = ''): Client {
  const socket = connect({ port: Number(url.port), host: url.hostname });
  const head = [
    `${line} HTTP/1.1`,
    `Host: ${url.host}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  let text = '';
  socket.on('data', (data) => {
    text += data.toString();
  });
  const closed = once(socket, 'close');
  const received = (wanted: string) => vi.waitFor(() => expect(text).toContain(wanted), patience);
  return { socket, received, closed };
}

function watch(workflowId: string, token: string): readonly Client[] {
  return surfaces.map((surface) => {
    const { line, body } = surface(workflowId);
    return send(line, token, body);
  });
}

const all = (clients: readonly Client[], text: string) =>
  Promise.all(clients.map((client) => client.received(text)));

/** Users who sign in, and stay signed in for half an hour. */
async function signIns(hour: number): Promise<void> {
  for (let n = 0; n < SIGN_INS; n += 1) {
    const token = await tokenFor(`visitor-${hour}-${n}`, HOUR_MS / 2);
    const response = await fetch(new URL('/api/session', url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    expect(await response.json()).toMatchObject({ signedIn: true });
  }
}

/**
 * Watchers of a quiet workflow receive heartbeats; half of them leave early.
 */
async function idleWatchers(owner: string, token: string): Promise<void> {
  const quiet = await start(owner, true);
  const clients: Client[] = [];
  for (let n = 0; n < IDLE_PER_SURFACE; n += 1) clients.push(...watch(quiet, token));
  await all(clients, 'workflow:started');
  const [plain] = clients;
  if (plain === undefined) throw new Error('Nobody watches.');
  await plain.received('\n:');
  for (const { socket } of clients.slice(clients.length / 2)) socket.destroy();
  await ask({ type: 'release', workflowId: quiet });
  await all(clients.slice(0, clients.length / 2), 'workflow:completed');
  for (const { socket } of clients) socket.destroy();
}

/** A stream ends when the session of its client does. */
async function expiredSession(owner: string): Promise<void> {
  const workflowId = await start(owner, true);
  const clients = watch(workflowId, await tokenFor(owner, 1_000));
  await Promise.all(clients.map(({ closed }) => closed));
  await ask({ type: 'release', workflowId });
}

async function churn(hour: number): Promise<void> {
  const owner = `owner-${hour}`;
  const token = await tokenFor(owner, HOUR_MS / 2);
  await signIns(hour);
  await idleWatchers(owner, token);
  if (hour % 6 === 0) await expiredSession(owner);
  const clients: Client[] = [];
  for (let n = 0; n < WORKFLOWS; n += 1) clients.push(...watch(await start(owner, false), token));
  await all(clients, 'workflow:completed');
  for (const { socket } of clients) socket.destroy();
  const abandoned = given((await ask({ type: 'abandon', owner })).workflowId);
  await ask({ type: 'advance', ms: HOUR_MS / 4 });
  // Its lease has expired, so the worker takes it over.
  await vi.waitFor(async () => {
    const { record } = await ask({ type: 'record', workflowId: abandoned });
    expect(record).toEqual({ status: 'completed', attempt: 2 });
  }, patience);
  await ask({ type: 'advance', ms: (3 * HOUR_MS) / 4 });
}

/** Waits until no client is connected, and retention has removed the ended workflows. */
async function untilAllGone(): Promise<Measured> {
  return await vi.waitFor(async () => {
    const measured = await measure();
    expect(measured).toMatchObject({ sockets: 0, kept: 0 });
    return measured;
  }, patience);
}

test('A13, A4: a day of watchers, sign-ins and expiring workflows leaks nothing', async () => {
  for (let hour = 0; hour < HOURS_BEFORE; hour += 1) await churn(hour);
  const before = await untilAllGone();
  for (let hour = HOURS_BEFORE; hour < HOURS; hour += 1) await churn(hour);
  const after = await vi.waitFor(async () => {
    const measured = await untilAllGone();
    // Sweeps and retention have occasional timers, but none belongs to something that is gone.
    expect(measured.timers).toBeLessThanOrEqual(before.timers + 2);
    return measured;
  }, patience);
  expect(after.heapMb - before.heapMb).toBeLessThan(MOST_LEFT_MB);
  expect(after.warnings).toEqual([]);
}, 900_000);
