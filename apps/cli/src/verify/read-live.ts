import { withTimeout } from '@runtape/async';
import { advice } from './advice.ts';
import { CheckFailure } from './check.ts';
import type { Probe } from './probe.ts';

/**
 * Reads a stream to its end. The first message must arrive promptly: the workflow stays paused
 * until then.
 * @param read reads the stream and calls `onMessage` for each message.
 * @throws CheckFailure when no message arrives in time; the error of `read`.
 */
export async function readLive(
  { promptlyMs, markSeen }: Pick<Probe, 'promptlyMs' | 'markSeen'>,
  read: (onMessage: () => void) => Promise<void>,
): Promise<void> {
  const first = Promise.withResolvers<void>();
  const reading = read(first.resolve);
  await withTimeout(Promise.race([first.promise, reading]), promptlyMs, () => {
    throw new CheckFailure({
      expected: `the first event within ${promptlyMs / 1000} s, long before the end of the workflow`,
      actual: 'nothing',
      advice: advice.buffering,
    });
  });
  markSeen();
  await reading;
}
