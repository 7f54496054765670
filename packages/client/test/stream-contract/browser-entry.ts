import { type Asked, openStream } from './stream-client.ts';

/** A page in which a test opens streams; what they hear goes to the test, each with its number. */
const streams: (() => void)[] = [];

Object.assign(globalThis, {
  openStream: (asked: Asked): number => {
    const stream = streams.length;
    streams.push(
      openStream(asked, {
        url: location.origin,
        Source: EventSource,
        hear: (heard) => void window.hear({ stream, heard }),
      }),
    );
    return stream;
  },
  leaveStream: (stream: number): void => streams[stream]?.(),
});
