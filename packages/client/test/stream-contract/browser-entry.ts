import { openStream, type StreamRequest } from './stream-client.ts';

/** The script of a page in which a test opens streams. Reports what each stream receives. */
const streams: (() => void)[] = [];

Object.assign(globalThis, {
  openStream: (request: StreamRequest): number => {
    const stream = streams.length;
    streams.push(
      openStream(request, {
        url: location.origin,
        Source: EventSource,
        onReceived: (received) => void window.onReceived({ stream, received }),
      }),
    );
    return stream;
  },
  leaveStream: (stream: number): void => streams[stream]?.(),
});
