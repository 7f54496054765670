import { createMemoryEventLog } from '@runtape/event-log/memory';
import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { createRuntapeClient, type StreamProblem } from '../src/index.ts';
import { collect, eventually, seqsOf, startServer } from '@runtape/loopback';

const retry = { attempts: 50, baseMs: 5, maxMs: 20 };
const note = makeEvent('log:created', { level: 'info', message: 'm' });

describe('E15: follow with types', () => {
  test('only those and the end arrive; the server leaves out the rest, and nothing counts as lost', async () => {
    const log = createMemoryEventLog({});
    await using server = await startServer({ log });
    const testLog = await TestLog.create(log);
    await testLog.status('one');
    for (let page = 0; page < 10; page += 1) {
      await testLog.append(...Array.from({ length: 100 }, () => makeToken('x'.repeat(1000))));
    }
    const client = createRuntapeClient({ url: server.url, retry });
    const problems: StreamProblem[] = [];
    const seen = collect(
      client.follow(testLog.workflowId, {
        types: ['status', 'log:created'],
        onProblem: (problem) => problems.push(problem),
      }),
    );
    await testLog.append(note, makeToken('y'));
    await testLog.status('last');
    await testLog.complete();
    await seen.done;
    expect(seqsOf(seen.entries)).toEqual([1, 1002, 1004, 1005]);
    expect(problems).toEqual([]);
    expect(server.sent()).toBeLessThan(50_000);
  });

  test('continues after a reconnect without a duplicate', async () => {
    const log = createMemoryEventLog({});
    const first = await startServer({ log });
    const testLog = await TestLog.create(log);
    await testLog.append(note, makeToken('a'), note);
    const client = createRuntapeClient({ url: first.url, retry });
    const seen = collect(client.follow(testLog.workflowId, { types: new Set(['log:created']) }));
    await eventually(() => expect(seqsOf(seen.entries)).toEqual([1, 3]));
    await first.kill();
    await testLog.append(makeToken('b'), note);
    await using second = await startServer({ log, port: first.port });
    await testLog.complete();
    await seen.done;
    expect(seqsOf(seen.entries)).toEqual([1, 3, 5, 6]);
    await eventually(() => expect(second.answering.size).toBe(0));
  });

  test('a type with a colon that is not built in is refused, with a list of the built-in ones', async () => {
    const log = createMemoryEventLog({});
    await using server = await startServer({ log });
    const testLog = await TestLog.create(log);
    const client = createRuntapeClient({ url: server.url, retry });
    const seen = collect(client.follow(testLog.workflowId, { types: ['mood:changed'] }));
    await expect(seen.done).rejects.toMatchObject({ kind: 'refused', code: 'invalid_input' });
    await expect(seen.done).rejects.toThrow('"mood:changed" is not an event type.');
  });
});
