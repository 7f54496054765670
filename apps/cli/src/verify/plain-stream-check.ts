import { type Check, CheckFailure } from './check.ts';
import type { Ended, Probe, Started } from './probe.ts';
import { expectStream, type Frame, readStream } from './read-stream.ts';
import { firstWord } from './wait.ts';

/** A vocabulary in which a workflow is told, and what must be so about it. */
export interface Telling {
  readonly format: 'native' | 'simple' | 'thread' | 'chat';
  /** What all that is told comes to, in a few words. @throws CheckFailure when that is not what the log has. */
  readonly judge: (frames: readonly DataFrame[], ended: Ended, started: Started) => string;
  /** Before any text there is nothing to tell: its `retry:` is its first word. */
  readonly isSilentAtFirst?: boolean;
}

/** A frame with something in it. One that belongs together with the next has no id. */
export interface DataFrame {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/**
 * Reads a workflow's plain stream in one format: as it runs, again after a cursor, and once more when there is nothing left.
 */
export function plainStreamCheck({ format, judge, isSilentAtFirst = false }: Telling): Check {
  return {
    name: `sse-${format}`,
    title: `plain stream, ${format}: live, resumed, ended`,
    isLive: true,
    run: async (probe) => {
      const started = await probe.started;
      const path = `/api/workflows/${started.workflowId}/events?format=${format}`;
      const frames = await readLive(probe, path, isSilentAtFirst);
      const ended = await probe.ended;
      const told = judge(frames, ended, started);
      await resume(probe, path, frames, (all) => judge(all, ended, started));
      await expectNoMore(probe, path, frames.at(-1)?.id ?? '');
      return told;
    },
  };
}

/** The stream from now to its end, of which the first word must come while the workflow is held. */
async function readLive(
  probe: Probe,
  path: string,
  isSilentAtFirst: boolean,
): Promise<readonly DataFrame[]> {
  const told: DataFrame[] = [];
  const heard = Promise.withResolvers<void>();
  const reading = (async () => {
    const response = await probe.ask(path);
    await expectStream(response);
    for await (const frame of readStream(response)) {
      if (isSilentAtFirst || frame.data !== undefined) heard.resolve();
      if (frame.data !== undefined) told.push(named(frame));
    }
  })();
  await firstWord(probe, Promise.race([heard.promise, reading]));
  probe.heardOfIt();
  await reading;
  return told;
}

function named({ event = '', data = '', id = '' }: Frame): DataFrame {
  if (event !== '') return { event, data, id };
  throw new CheckFailure({
    expected: 'frames with event: and data:',
    came: `one without event: ${data.slice(0, 80)}`,
    advice: 'Something between here and the server takes lines out of the stream.',
  });
}

/** Cuts the stream after half of it, and goes on from there: both halves together tell all. */
async function resume(
  probe: Probe,
  path: string,
  frames: readonly DataFrame[],
  judge: (frames: readonly DataFrame[]) => unknown,
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
    judge([...before, ...rest]);
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw error;
    throw new CheckFailure({
      expected: `after Last-Event-ID ${cursor.id}: ${error.expected}`,
      came: error.came,
      advice: 'Does the header Last-Event-ID get through to the server?',
    });
  }
}

/** Who has the end is told not to come back, which ends an EventSource for good. */
async function expectNoMore(probe: Probe, path: string, lastId: string): Promise<void> {
  const { status, body } = await probe.ask(path, { headers: { 'Last-Event-ID': lastId } });
  await body?.cancel();
  if (status === 204) return;
  throw new CheckFailure({
    expected: 'HTTP 204 for a client that has the end',
    came: `HTTP ${status}`,
    advice:
      'An EventSource would come back for ever. Does the header Last-Event-ID get through to the server?',
  });
}
