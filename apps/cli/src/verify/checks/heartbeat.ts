import { type Check, CheckFailure } from '../check.ts';
import type { Probe } from '../probe.ts';
import { expectStream, readStream } from '../read-stream.ts';
import { within } from '../wait.ts';

/** Of a thread in which nothing ever happens, so that there is nothing else to hear. */
export const heartbeat: Check = {
  name: 'heartbeat',
  title: 'a quiet stream says that it is alive',
  run: async (probe) => {
    const { heartbeatMs, promptlyMs } = probe;
    const atMost = heartbeatMs + promptlyMs;
    const startedAt = performance.now();
    const late = () =>
      new CheckFailure({
        expected: `a heartbeat every ${heartbeatMs / 1000} s`,
        came: `none in ${atMost / 1000} s`,
        advice:
          'If HEARTBEAT_SECONDS of the server is another, name it with --heartbeat. If not, something on the way holds streams back.',
      });
    await within(atMost, untilComment(probe), late);
    return `after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  },
};

async function untilComment({ ask, runId }: Probe): Promise<void> {
  const response = await ask(`/api/threads/verify-quiet-${runId}/events`);
  await expectStream(response);
  // Leaving the loop ends the stream.
  for await (const { comment } of readStream(response)) if (comment !== undefined) return;
  throw new CheckFailure({
    expected: 'a stream of a thread that stays open',
    came: 'its end',
    advice: 'Something between here and the server ends quiet connections: raise its time-out.',
  });
}
