import { type Check, CheckFailure } from '../check.ts';
import type { Probe } from '../probe.ts';
import { expectStream, readStream } from '../read-stream.ts';
import { within } from '../wait.ts';

/** Follows a thread without workflows, so that only heartbeats can arrive. */
export const heartbeat: Check = {
  name: 'heartbeat',
  title: 'heartbeats on a quiet stream',
  run: async (probe) => {
    const { heartbeatMs, promptlyMs } = probe;
    const atMost = heartbeatMs + promptlyMs;
    const startedAt = performance.now();
    const late = () =>
      new CheckFailure({
        expected: `a heartbeat every ${heartbeatMs / 1000} s`,
        came: `none in ${atMost / 1000} s`,
        advice:
          'If the server has another HEARTBEAT_SECONDS, pass it with --heartbeat. Otherwise something between here and the server buffers streams.',
      });
    await within(atMost, untilComment(probe), late);
    return `after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  },
};

async function untilComment({ ask, runId }: Probe): Promise<void> {
  const response = await ask(`/api/threads/verify-quiet-${runId}/events`);
  await expectStream(response);
  for await (const { comment } of readStream(response)) if (comment !== undefined) return;
  throw new CheckFailure({
    expected: 'a stream of a thread that stays open',
    came: 'its end',
    advice: 'Something between here and the server ends quiet connections: raise its time-out.',
  });
}
