import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { makeEvent, TestLog } from '@runtape/testing';
import type { Attack } from '../attack.ts';

const STREAMS = 300;
const STALL_MS = 3000;
const EVENTS = 1000;
const AT_ONCE = 50;
let workflowId = '';

/** Readers of a long log that stop reading, each at another position. */
export const stalledStreams: Attack = {
  name: 'stalled-streams',
  summary: '300 readers of a log of 20 MB that stop reading',
  prepare: async (attacked) => {
    await using log = await attacked.openLog();
    const testLog = await TestLog.create(log);
    for (let n = 0; n < EVENTS; n += AT_ONCE) {
      await testLog.append(...Array.from({ length: AT_ONCE }, (_, i) => returned(n + i)));
    }
    ({ workflowId } = testLog);
  },
  attack: async ({ url }) => {
    const { hostname, port } = new URL(url);
    const sockets: Socket[] = [];
    for (let n = 1; n <= STREAMS; n += 1) {
      const socket = connect(Number(port), hostname);
      let left = n * 40_000;
      socket.on('error', () => {});
      socket.on('data', ({ length }) => {
        left -= length;
        if (left < 0) socket.pause();
      });
      socket.write(`GET /api/workflows/${workflowId}/events HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
      sockets.push(socket);
    }
    await delay(STALL_MS);
    const stalled = sockets.filter((socket) => socket.isPaused()).length;
    for (const socket of sockets) socket.destroy();
    return `${stalled} stalled`;
  },
};

function returned(n: number) {
  return makeEvent('tool:returned', {
    callId: `${n}`,
    name: 'read_file',
    ok: true,
    summary: 's',
    output: 'x'.repeat(20_000),
    truncated: false,
    durationMs: 1,
  });
}
