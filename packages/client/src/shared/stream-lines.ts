import { connectionLost } from '../errors.ts';
import type { StreamEnd } from '../keep-streaming.ts';
import { serverUrl } from '../server-url.ts';
import type { Channel } from './channel.ts';
import type { Lines } from './lines.ts';
import type { SseFrame } from './sse-frames.ts';
import { streamFrames, type StreamFramesOptions } from './stream-frames.ts';
import { takeFrame } from './take-frame.ts';
import type { ThreadSeat } from './thread-seat.ts';

export interface StreamLinesOptions extends Pick<
  StreamFramesOptions,
  'fetch' | 'onLive' | 'connectTimeoutMs' | 'silenceMs' | 'superseded' | 'signal'
> {
  /** Where the server is reached. */
  readonly base: string;
  readonly lines: Lines;
  /** Something was handed on, or skipped. */
  readonly onMoved: () => void;
}

/**
 * One request for everything that is followed, each from where it stands, until it fails or is superseded.
 * @throws an AbortError when the signal aborts.
 */
export async function streamLines({
  base,
  lines,
  onMoved,
  ...streaming
}: StreamLinesOptions): Promise<StreamEnd> {
  const channels = [...lines.channels.values()].filter(({ isWanted }) => isWanted);
  const seats = [...lines.seats.values()].filter(({ isWanted }) => isWanted);
  const asked = [...channels, ...seats];
  if (asked.length === 0) return { kind: 'returned' };
  return await streamFrames({
    ...streaming,
    url: serverUrl(base, '/api/events'),
    body: { streams: channels.map(streamOf), threads: seats.map(threadOf) },
    take: (frame: SseFrame) => {
      if (frame.event === 'message') onMoved();
      takeFrame(lines, frame);
      return null;
    },
    onEnd: () =>
      asked.every(({ isOver }) => isOver)
        ? { kind: 'returned' }
        : { kind: 'failed', error: connectionLost(null) },
  });
}

function streamOf(channel: Channel) {
  const { workflowId, cursor, replay } = channel;
  const types = channel.openOnWire();
  return { workflowId, after: cursor, replay, ...(types !== null && { types }) };
}

function threadOf(seat: ThreadSeat) {
  const { threadId, cursor, subscription } = seat;
  seat.isOnWire = true;
  return { threadId, after: cursor, subscription };
}
