import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { EventLogError } from '@runtape/event-log';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { startRedis } from '@runtape/redis';
import { expect, test, vi } from 'vitest';
import { clientsOf, rawClient } from './clients-of.ts';
import { Listener, newWorkflow, Writer } from './workflows.ts';

test('A12: a log has two connections, regardless of the number of watchers', async () => {
  await using redis = await startRedis();
  await using raw = rawClient(redis.url);
  await using log = await openRedisEventLog({ url: redis.url });
  const leaving = new AbortController();
  for (let index = 0; index < 50; index += 1) {
    const { record } = await log.create(newWorkflow());
    await log.watch(record.workflowId, new Listener(), leaving.signal);
    await log.watch(record.workflowId, new Listener(), leaving.signal);
    await log.watchCommands(record.workflowId, () => {}, leaving.signal);
  }
  expect(await clientsOf(raw)).toEqual({ 'runtape-commands': 1, 'runtape-subscriber': 1 });
  await using another = await openRedisEventLog({ url: redis.url });
  expect(await clientsOf(raw)).toEqual({ 'runtape-commands': 2, 'runtape-subscriber': 2 });
  await another.close();
  leaving.abort();
});

test('A13: a channel is subscribed to once, and unsubscribed after its last watcher', async () => {
  await using redis = await startRedis();
  await using raw = rawClient(redis.url);
  await using log = await openRedisEventLog({ url: redis.url });
  const { record } = await log.create(newWorkflow());
  const { workflowId } = record;
  const channel = `workflow:{${workflowId}}`;
  const channels = async () => new Set(await raw.pubsub('SHARDCHANNELS'));
  const [first, second, third] = [1, 2, 3].map(() => new AbortController());
  for (const controller of [first, second]) {
    if (controller) await log.watch(workflowId, new Listener(), controller.signal);
  }
  if (third) await log.watchCommands(workflowId, () => {}, third.signal);
  expect(await channels()).toEqual(new Set([channel, `${channel}:commands`]));
  expect(await raw.pubsub('SHARDNUMSUB', channel)).toEqual([channel, 1]);
  third?.abort();
  await vi.waitFor(async () => expect(await channels()).toEqual(new Set([channel])));
  first?.abort();
  const still = new Listener();
  await log.watch(workflowId, still, new AbortController().signal);
  second?.abort();
  const { attempt } = await log.begin(workflowId, { leaseMs: 60_000 });
  await new Writer(log, workflowId, attempt).appendTokens('still heard');
  await vi.waitFor(() => expect(still.texts).toEqual(['still heard']));
});

test('A13: watching again right after the last watcher left is effective', async () => {
  await using redis = await startRedis();
  await using log = await openRedisEventLog({ url: redis.url });
  const writer = await Writer.start(log);
  for (let round = 0; round < 20; round += 1) {
    const leaving = new AbortController();
    const listener = new Listener();
    await log.watch(writer.workflowId, listener, leaving.signal);
    await writer.appendTokens(`${round}`);
    await vi.waitFor(() => expect(listener.texts).toEqual([`${round}`]), { interval: 1 });
    leaving.abort();
  }
});

test('C8: after close no connection is left, and nothing that keeps the process alive', async () => {
  await using redis = await startRedis();
  await using raw = rawClient(redis.url);
  const program = runProgram([redis.url]);
  await program.printed('in use');
  await program.printed('closed');
  await program.printed('nothing left');
  expect(await program.exitCode).toBe(0);
  expect(await clientsOf(raw)).toEqual({});
});

test('C8: closing while Redis is unavailable ends immediately, and leaves nothing either', async () => {
  await using redis = await startRedis();
  const program = runProgram([redis.url, 'once Redis is gone']);
  await program.printed('in use');
  await redis.kill();
  await program.printed('closed');
  expect(await program.exitCode).toBe(0);
});

test('C8: calls that wait for Redis when the log is closed are refused', async () => {
  await using redis = await startRedis();
  // With this timeout, only the close can end the calls.
  const log = await openRedisEventLog({ url: redis.url, timeoutMs: 3_600_000 });
  const { record } = await log.create(newWorkflow());
  await redis.kill();
  const waiting = [
    log.get(record.workflowId),
    log.watch(record.workflowId, new Listener(), new AbortController().signal),
  ].map((operation) => operation.catch((error: unknown) => error));
  await log.close();
  for (const error of await Promise.all(waiting)) expect(error).toBeInstanceOf(EventLogError);
});

test('C8: closing lets calls in flight be answered', async () => {
  await using redis = await startRedis();
  const log = await openRedisEventLog({ url: redis.url });
  const writer = await Writer.start(log);
  const appends = Array.from({ length: 50 }, (_, index) => writer.appendTokens(`${index}`));
  await log.close();
  expect(await Promise.all(appends)).toEqual(appends.map((_, index) => index + 1));
});

/** Runs `close-and-end.ts`. */
function runProgram(args: readonly string[]) {
  const file = fileURLToPath(new URL('close-and-end.ts', import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const exitCode = once(child, 'exit').then(([code]: unknown[]) => code);
  const printed = (line: string) =>
    vi.waitFor(() => expect(output.split('\n')).toContain(line), { interval: 5 });
  return { exitCode, printed };
}
