import { connectionLost } from '../errors.ts';
import type { StreamEnd } from '../reconnect/run-with-reconnect.ts';
import { serverUrl } from '../transport/server-url.ts';
import type { Lines } from './lines.ts';
import { RequestParts } from './request-parts.ts';
import type { SseFrame } from './sse-frames.ts';
import { streamFrames, type StreamFramesOptions } from './stream-frames.ts';

export interface StreamLinesOptions extends Pick<
  StreamFramesOptions,
  'fetch' | 'onLive' | 'onHeard' | 'connectTimeoutMs' | 'silenceMs' | 'superseded' | 'signal'
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
  const parts = new RequestParts(lines);
  if (parts.isEmpty) return { kind: 'returned' };
  return await streamFrames({
    ...streaming,
    url: serverUrl(base, '/api/events'),
    body: parts.body,
    take: (frame: SseFrame) => {
      if (frame.event === 'message') onMoved();
      parts.take(frame);
      return null;
    },
    onEnd: () =>
      parts.isOver ? { kind: 'returned' } : { kind: 'failed', error: connectionLost(null) },
  });
}
