import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test, vi } from 'vitest';
import { startServer } from './start-server.ts';

const HOUR_MS = 3_600_000;
const LARGE = 'x'.repeat(500_000);
/** More than the system buffers for a client that reads nothing. */
const MAX_LARGE = 200;

const eventually = (check: () => void) => vi.waitFor(check);
const ask = ({ workflowId }: TestLog) =>
  `GET /api/workflows/${workflowId}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;

describe('a client that reads nothing', () => {
  async function stall() {
    const onEnded = vi.fn<() => void>();
    const server = await startServer({ stale: { afterMs: HOUR_MS, onEnded } });
    const testLog = await TestLog.create(server.log);
    const client = server.raw(ask(testLog));
    await eventually(() => expect(client.text).toContain('retry: '));
    const [socket] = server.sockets;
    if (socket === undefined) throw new Error('Nobody has connected.');
    await testLog.append(makeToken('first'));
    await eventually(() => expect(client.text).toContain('first'));
    const timeoutWhenIdle = socket.timeout;
    client.socket.pause();
    for (let n = 0; n < MAX_LARGE && socket.writableLength === 0; n += 1) {
      await testLog.append(makeToken(LARGE));
      await nextTurn();
    }
    return { server, onEnded, testLog, client, socket, timeoutWhenIdle };
  }

  test('A12 E16: has a timer only while data is waiting, and is then ended and counted', async () => {
    const { server, onEnded, client, socket, timeoutWhenIdle } = await stall();
    await using _ = server;
    expect(timeoutWhenIdle ?? 0).toBe(0);
    expect(socket.writableLength).toBeGreaterThan(0);
    expect(socket.timeout).toBe(HOUR_MS);

    // As after an hour.
    socket.emit('timeout');

    expect(onEnded).toHaveBeenCalledOnce();
    client.socket.resume();
    await eventually(() => expect(client.isEnded).toBe(true));
    expect(server.fanOut.tailCount).toBe(0);
  });

  test('A12 E16: stays connected if it reads everything in time', async () => {
    const { server, onEnded, testLog, client, socket } = await stall();
    await using _ = server;
    client.socket.resume();
    await eventually(() => expect(socket.writableLength).toBe(0));

    socket.emit('timeout');

    expect(socket.timeout ?? 0).toBe(0);
    await testLog.append(makeToken('and on it goes'));
    await eventually(() => expect(client.text).toContain('and on it goes'));
    expect(onEnded).not.toHaveBeenCalled();
  });
});

describe('an open stream', () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');

  const post = ({ workflowId }: TestLog, headers: string, body: (json: string) => string) => {
    const json = JSON.stringify({ streams: [{ workflowId }] });
    const type = 'Content-Type: application/json';
    return `POST /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n${type}\r\n${headers}\r\n\r\n${body(json)}`;
  };
  const chunked = (json: string) => `${json.length.toString(16)}\r\n${json}\r\n0\r\n\r\n`;
  const surfaces = {
    'plain SSE': ask,
    'the shared stream': (testLog: TestLog) =>
      post(
        testLog,
        `Content-Length: ${
          post(testLog, '', (json) => json)
            .split('\r\n')
            .at(-1)?.length
        }`,
        (json) => json,
      ),
    'the shared stream, its body in pieces': (testLog: TestLog) =>
      post(testLog, 'Transfer-Encoding: chunked', chunked),
  };

  test.each(Object.entries(surfaces))(
    'A10: %s holds no reference to its request',
    async (_, request) => {
      await using server = await startServer({ releasesRequest: true });
      const testLog = await TestLog.create(server.log);
      const client = server.raw(request(testLog));
      await testLog.append(makeToken('first'));
      await eventually(() => expect(client.text).toContain('first'));

      await eventually(() => {
        collect();
        expect(server.requests.map((held) => held.deref())).toEqual([undefined]);
      });
      await testLog.append(makeToken('second'));
      await eventually(() => expect(client.text).toContain('second'));
      client.socket.destroy();
      await eventually(() => expect(server.fanOut.tailCount).toBe(0));
    },
  );

  test('A10: keeps the request for a server that uses requests later', async () => {
    await using server = await startServer({});
    const testLog = await TestLog.create(server.log);
    const client = server.raw(ask(testLog));
    await eventually(() => expect(client.text).toContain('retry: '));
    for (let n = 0; n < 5; n += 1) {
      collect();
      await nextTurn();
    }
    expect(server.requests[0]?.deref()?.signal.aborted).toBe(false);
    client.socket.destroy();
    await eventually(() => expect(server.requests[0]?.deref()?.signal.aborted).toBe(true));
  });
});
