import { withTimeout } from '@runtape/async';
import { formatSeconds } from '../../format-seconds.ts';
import { type Check, CheckFailure } from '../check.ts';
import type { Probe } from '../probe.ts';
import { openStream, readFrames } from '../read-stream.ts';

/** Follows a thread without workflows, so that only heartbeats can arrive. */
export const heartbeat: Check = {
  name: 'heartbeat',
  title: 'heartbeats on a quiet stream',
  run: async (probe) => {
    const { heartbeatMs, promptlyMs } = probe;
    const maxMs = heartbeatMs + promptlyMs;
    const startedAt = performance.now();
    await withTimeout(readHeartbeat(probe), maxMs, () => {
      throw new CheckFailure({
        expected: `a heartbeat every ${heartbeatMs / 1000} s`,
        actual: `none in ${maxMs / 1000} s`,
        advice:
          'If the server has another HEARTBEAT_SECONDS, pass it with --heartbeat. Otherwise a proxy between this machine and the server buffers streams.',
      });
    });
    return `after ${formatSeconds(performance.now() - startedAt)}`;
  },
};

async function readHeartbeat(probe: Probe): Promise<void> {
  const response = await openStream(probe, `/api/threads/verify-quiet-${probe.runId}/events`);
  for await (const { comment } of readFrames(response)) if (comment !== undefined) return;
  throw new CheckFailure({
    expected: 'a stream of a thread that stays open',
    actual: 'its end',
    advice:
      'A proxy between this machine and the server ends quiet connections. Raise its time-out.',
  });
}
