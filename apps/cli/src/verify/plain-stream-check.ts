import { advice } from './advice.ts';
import { type Check, CheckFailure } from './check.ts';
import type { Ended, Probe, Started } from './probe.ts';
import { readLive } from './read-live.ts';
import { collect, type DataFrame, openStream, readData, readFrames } from './read-stream.ts';

/** A format of the plain stream, and how to check it. */
export interface StreamFormat {
  readonly format: 'native' | 'simple' | 'thread' | 'chat';
  /**
   * @returns a short description of the received frames.
   * @throws CheckFailure when they differ from the log.
   */
  readonly verify: (frames: readonly DataFrame[], ended: Ended, started: Started) => string;
  /**
   * Whether the format has no message before the first text; its `retry:` then counts as the first
   * message.
   */
  readonly isSilentAtFirst?: boolean;
}

/**
 * Returns a check that reads a workflow's plain stream in one format: live, resumed after a cursor,
 * and after its end.
 */
export function plainStreamCheck({ format, verify, isSilentAtFirst = false }: StreamFormat): Check {
  return {
    name: `sse-${format}`,
    title: `plain stream, ${format}: live, resumed, ended`,
    isLive: true,
    run: async (probe) => {
      const started = await probe.started;
      const path = `/api/workflows/${started.workflowId}/events?format=${format}`;
      const frames: DataFrame[] = [];
      await readLive(probe, async (onMessage) => {
        for await (const { event = '', data, id = '' } of readFrames(
          await openStream(probe, path),
        )) {
          if (isSilentAtFirst || data !== undefined) onMessage();
          if (data !== undefined) frames.push(withEvent({ event, data, id }));
        }
      });
      const ended = await probe.ended;
      const note = verify(frames, ended, started);
      await checkResume(probe, path, frames, (all) => verify(all, ended, started));
      await checkEnd(probe, path, frames.at(-1)?.id ?? '');
      return note;
    },
  };
}

function withEvent(frame: DataFrame): DataFrame {
  if (frame.event !== '') return frame;
  throw new CheckFailure({
    expected: 'frames with event: and data:',
    actual: `one without event: ${frame.data.slice(0, 80)}`,
    advice: advice.lines,
  });
}

/** Resumes after half of the stream; both halves together must be complete. */
async function checkResume(
  probe: Probe,
  path: string,
  frames: readonly DataFrame[],
  verify: (frames: readonly DataFrame[]) => unknown,
): Promise<void> {
  const half = frames.slice(0, Math.floor(frames.length / 2));
  const before = half.slice(0, half.findLastIndex(({ id }) => id !== '') + 1);
  const cursor = before.at(-1);
  if (cursor === undefined) return;
  const response = await openStream(probe, path, { headers: { 'Last-Event-ID': cursor.id } });
  const rest = (await collect(readData(response))).map(withEvent);
  try {
    verify([...before, ...rest]);
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw error;
    const expected = `after Last-Event-ID ${cursor.id}: ${error.failure.expected}`;
    throw new CheckFailure({ ...error.failure, expected, advice: advice.lastEventId });
  }
}

/** A 204 response prevents an EventSource that has received everything from reconnecting. */
async function checkEnd({ request }: Probe, path: string, lastId: string): Promise<void> {
  const { status, body } = await request(path, { headers: { 'Last-Event-ID': lastId } });
  await body?.cancel();
  if (status === 204) return;
  throw new CheckFailure({
    expected: 'HTTP 204 for a client that has received the end',
    actual: `HTTP ${status}`,
    advice: `Otherwise an EventSource reconnects forever. ${advice.lastEventId}`,
  });
}
