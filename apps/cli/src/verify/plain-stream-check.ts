import { type Check, CheckFailure } from './check.ts';
import type { Ended, Probe, Started } from './probe.ts';
import { expectStream, type Frame, readStream } from './read-stream.ts';
import { firstMessage } from './wait.ts';

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

/** A frame with data. A frame that belongs together with the next one has no id. */
export interface DataFrame {
  readonly event: string;
  readonly data: string;
  readonly id: string;
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
      const frames = await readLive(probe, path, isSilentAtFirst);
      const ended = await probe.ended;
      const received = verify(frames, ended, started);
      await resume(probe, path, frames, (all) => verify(all, ended, started));
      await expectNoMore(probe, path, frames.at(-1)?.id ?? '');
      return received;
    },
  };
}

/** Reads a stream to its end. The first message must arrive while the workflow is paused. */
async function readLive(
  probe: Probe,
  path: string,
  isSilentAtFirst: boolean,
): Promise<readonly DataFrame[]> {
  const received: DataFrame[] = [];
  const first = Promise.withResolvers<void>();
  const reading = (async () => {
    const response = await probe.ask(path);
    await expectStream(response);
    for await (const frame of readStream(response)) {
      if (isSilentAtFirst || frame.data !== undefined) first.resolve();
      if (frame.data !== undefined) received.push(named(frame));
    }
  })();
  await firstMessage(probe, Promise.race([first.promise, reading]));
  probe.markSeen();
  await reading;
  return received;
}

function named({ event = '', data = '', id = '' }: Frame): DataFrame {
  if (event !== '') return { event, data, id };
  throw new CheckFailure({
    expected: 'frames with event: and data:',
    came: `one without event: ${data.slice(0, 80)}`,
    advice: 'Something between here and the server takes lines out of the stream.',
  });
}

/** Resumes after half of the stream; both halves together must be complete. */
async function resume(
  probe: Probe,
  path: string,
  frames: readonly DataFrame[],
  verify: (frames: readonly DataFrame[]) => unknown,
): Promise<void> {
  const half = frames.slice(0, Math.floor(frames.length / 2));
  const before = half.slice(0, half.findLastIndex(({ id }) => id !== '') + 1);
  const cursor = before.at(-1);
  if (cursor === undefined) return;
  const response = await probe.ask(path, { headers: { 'Last-Event-ID': cursor.id } });
  await expectStream(response);
  const rest: DataFrame[] = [];
  for await (const frame of readStream(response)) {
    if (frame.data !== undefined) rest.push(named(frame));
  }
  try {
    verify([...before, ...rest]);
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw error;
    throw new CheckFailure({
      expected: `after Last-Event-ID ${cursor.id}: ${error.expected}`,
      came: error.came,
      advice: 'Check that the header Last-Event-ID reaches the server.',
    });
  }
}

/** A 204 response prevents an EventSource that has received everything from reconnecting. */
async function expectNoMore(probe: Probe, path: string, lastId: string): Promise<void> {
  const { status, body } = await probe.ask(path, { headers: { 'Last-Event-ID': lastId } });
  await body?.cancel();
  if (status === 204) return;
  throw new CheckFailure({
    expected: 'HTTP 204 for a client that has the end',
    came: `HTTP ${status}`,
    advice:
      'An EventSource would reconnect for ever. Check that the header Last-Event-ID reaches the server.',
  });
}
