import { createMemoryEventLog } from '@runtape/event-log/memory';
import { makeToken } from '@runtape/testing';
import { initialState } from '@runtape/workflow-state';
import { describe, expect, test } from 'vitest';
import { createRuntapeClient } from '../src/index.ts';
import { collect, eventually, seqsOf, startServer, textOf } from '@runtape/loopback';
import { TestLog } from '@runtape/testing';
import { startWireServer } from './wire-server.ts';

const retry = { attempts: 50, baseMs: 5, maxMs: 20 };

describe("F3: follow with replay: 'snapshot'", () => {
  test('the past is one message; what follows is live, and a lost connection continues after its cursor', async () => {
    const log = createMemoryEventLog({});
    const first = await startServer({ log });
    const testLog = await TestLog.create(log);
    await testLog.append(...Array.from({ length: 1000 }, (_, index) => makeToken(`${index} `)));
    const client = createRuntapeClient({ url: first.url, retry });
    const seen = collect(client.follow(testLog.workflowId, { replay: 'snapshot' }));
    await eventually(() => expect(seqsOf(seen.entries)).toEqual([1000]));
    await testLog.append(makeToken('live '));
    await eventually(() => expect(seqsOf(seen.entries)).toEqual([1000, 1001]));
    await first.kill();
    await testLog.append(makeToken('missed'));
    await using second = await startServer({ log, port: first.port });
    await testLog.complete();
    await seen.done;
    expect(seen.entries.map(({ message }) => message.type)).toEqual([
      'workflow:state',
      'token',
      'token',
      'workflow:completed',
    ]);
    expect(textOf(seen.entries)).toMatch(/^0 1 2 .* 999 live missed$/);
    await eventually(() => expect(second.answering.size).toBe(0));
  });

  test('F6: for an ended workflow it is the end, even if the server sends nothing more', async () => {
    const id = 'aaaa1111-7';
    const snapshot = { ...initialState('wf_0123456789abcdef'), cursor: id, status: 'completed' };
    const timestamp = '2026-01-02T03:04:05.678Z';
    await using server = await startWireServer((connection) => {
      connection.connected();
      connection.message(id, { type: 'workflow:state', data: { snapshot }, timestamp });
    });
    const client = createRuntapeClient({ url: server.url, retry });
    const seen = collect(client.follow('wf_0123456789abcdef', { replay: 'snapshot' }));
    await seen.done;
    expect(seqsOf(seen.entries)).toEqual([7]);
  });

  test('after a cursor, and by default, the past arrives as events', async () => {
    const log = createMemoryEventLog({});
    await using server = await startServer({ log });
    const testLog = await TestLog.ended(log, 'a', 'b');
    const client = createRuntapeClient({ url: server.url, retry });
    const resumed = collect(
      client.follow(testLog.workflowId, { after: testLog.idOf(1), replay: 'snapshot' }),
    );
    const plain = collect(client.follow(testLog.workflowId));
    await Promise.all([resumed.done, plain.done]);
    expect(seqsOf(resumed.entries)).toEqual([2, 3]);
    expect(seqsOf(plain.entries)).toEqual([2, 3]);
    expect(plain.entries[0]?.message).toMatchObject({ data: { content: 'ab' } });
  });
});
