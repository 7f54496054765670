import { type Entry, isEventLogError } from '@runtape/event-log';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { startWatchedRedis, type WatchedRedis } from '@runtape/redis';
import { expect, test, vi } from 'vitest';
import { rawClient } from './clients-of.ts';
import { completed, Listener, newWorkflow, readContents, Writer } from './workflows.ts';

const soon = { interval: 10 };

const open = ({ sentinel }: WatchedRedis) =>
  openRedisEventLog({ sentinels: [sentinel], masterName: 'main' });

/** Waits until the replica has everything. */
async function replicated({ master }: WatchedRedis): Promise<void> {
  await using raw = rawClient(master.url);
  await raw.set('marker', '1');
  expect(await raw.wait(1, 5000)).toBe(1);
}

async function untilWritten(writer: Writer, texts: readonly string[]): Promise<void> {
  await vi.waitFor(() => writer.appendMissing(texts), soon);
}

/**
 * Appends until an entry arrives live: entries appended while nothing is subscribed cause only a
 * resync.
 */
async function untilHeard(writer: Writer, listener: Listener, before: readonly string[]) {
  const texts = [...before];
  await vi.waitFor(async () => {
    texts.push(`more ${texts.length}`);
    await writer.appendMissing(texts);
    expect(listener.texts.some((text) => text.startsWith('more'))).toBe(true);
  }, soon);
  await vi.waitFor(() => expect(listener.texts.at(-1)).toBe(texts.at(-1)), soon);
  expect(await readContents(writer.log, writer.workflowId)).toEqual(texts);
}

test.concurrent('F1: F8: a master dies: writers and watchers continue with the new one, and no event is lost or doubled', async () => {
  await using watched = await startWatchedRedis();
  await using log = await open(watched);
  const writer = await Writer.start(log);
  const { workflowId } = writer;
  const listener = new Listener();
  await log.watch(workflowId, listener, new AbortController().signal);
  await writer.appendTokens('a', 'b');
  await replicated(watched);
  await watched.master.kill();
  await expect(writer.appendTokens('c')).rejects.toSatisfy((error) =>
    isEventLogError(error, 'unavailable'),
  );
  await untilWritten(writer, ['a', 'b', 'c']);
  expect(await readContents(log, workflowId)).toEqual(['a', 'b', 'c']);
  await vi.waitFor(() => expect(listener.resyncs).toBeGreaterThan(0), soon);
  await untilHeard(writer, listener, ['a', 'b', 'c']);
  const seqs = listener.received.map(({ seq }: Entry) => seq);
  expect(seqs).toEqual([...new Set(seqs)]);
  const { attempt } = writer;
  await log.append(workflowId, { attempt, after: writer.tail, events: [completed()] });
  expect((await log.get(workflowId))?.status).toBe('completed');
});

test.concurrent('F2: a new master without the last events gets them again from their writer, and another writer gets other ids', async () => {
  await using watched = await startWatchedRedis();
  await using log = await open(watched);
  const [first, second] = [await Writer.start(log), await Writer.start(log)];
  await first.appendTokens('a');
  await second.appendTokens('a');
  await replicated(watched);
  // From here on the replica receives nothing: what the master confirms is lost with it.
  await using raw = rawClient(watched.master.url);
  process.kill(watched.replica.pid, 'SIGSTOP');
  await raw.call('CLIENT', 'KILL', 'TYPE', 'replica');
  await first.appendTokens('b');
  await second.appendTokens('b');
  const before = await log.get(second.workflowId);
  await watched.master.kill();
  process.kill(watched.replica.pid, 'SIGCONT');
  await untilWritten(first, ['a', 'b']);
  expect(await readContents(log, first.workflowId)).toEqual(['a', 'b']);
  // The second writer is gone. A later one must not use its lost id for another event.
  await log.release(second.workflowId, { attempt: second.attempt });
  const { attempt, record } = await log.begin(second.workflowId, { leaseMs: 60_000 });
  expect(record.tail).toBe(1);
  expect(record.incarnation).not.toBe(before?.incarnation);
  await log.append(second.workflowId, { attempt, after: 1, events: [completed()] });
});

test.concurrent('F1: a master that hands over, and lives on as a replica, is abandoned for the new one', async () => {
  await using watched = await startWatchedRedis();
  await using log = await open(watched);
  const writer = await Writer.start(log);
  const listener = new Listener();
  await log.watch(writer.workflowId, listener, new AbortController().signal);
  await writer.appendTokens('a');
  const { host, port } = watched.sentinel;
  await using raw = rawClient(`redis://${host}:${port}`);
  await raw.call('SENTINEL', 'FAILOVER', 'main');
  await using replica = rawClient(watched.replica.url);
  await vi.waitFor(async () => expect((await replica.role())[0]).toBe('master'), soon);
  await untilWritten(writer, ['a', 'b']);
  await vi.waitFor(async () => {
    await log.create(newWorkflow());
    expect(listener.resyncs).toBeGreaterThan(0);
  }, soon);
  await untilHeard(writer, listener, ['a', 'b']);
  await vi.waitFor(async () => {
    const at = String(await replica.client('LIST'));
    expect(at).toContain('name=runtape-commands');
    expect(at).toContain('name=runtape-subscriber');
  }, soon);
});

test.concurrent('F8: while no Sentinel and no master answer, calls are refused soon, and closing ends', async () => {
  await using watched = await startWatchedRedis();
  const log = await open(watched);
  await log.create(newWorkflow());
  await Promise.all([watched.master.kill(), watched.sentinel.stop()]);
  await vi.waitFor(
    async () =>
      await expect(log.list({ limit: 1 })).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('no Sentinel answers') as unknown,
      }),
    soon,
  );
  await log.close();
  await expect(log.list({ limit: 1 })).rejects.toMatchObject({ code: 'closed' });
});
