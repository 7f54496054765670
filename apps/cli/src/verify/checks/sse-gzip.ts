import { type Check, CheckFailure } from '../check.ts';
import { compareEntries } from '../compare-entries.ts';
import { expectStream, readStream } from '../read-stream.ts';
import { firstMessage } from '../wait.ts';
import { readNative } from './sse-native.ts';

/** `fetch` decompresses a stream only as far as the server has flushed it. */
export const sseGzip: Check = {
  name: 'sse-gzip',
  title: 'plain stream, compressed, each event flushed',
  isLive: true,
  run: async (probe) => {
    const { workflowId } = await probe.started;
    const headers = { 'Accept-Encoding': 'gzip' };
    const opening = probe.ask(`/api/workflows/${workflowId}/events`, { headers });
    const response = await firstMessage(probe, opening);
    await expectStream(response);
    const encoding = response.headers.get('content-encoding') ?? 'none';
    if (encoding !== 'gzip') {
      await response.body?.cancel();
      throw new CheckFailure({
        expected: 'Content-Encoding: gzip for a client that accepts it',
        came: encoding,
        advice:
          'Check that the header Accept-Encoding reaches the server. Streams also work without compression.',
      });
    }
    const frames = readStream(response);
    const received = [];
    for (let isFirst = true; ;) {
      const { done, value } = isFirst
        ? await firstMessage(probe, frames.next())
        : await frames.next();
      if (done === true) break;
      const { event = '', data, id = '' } = value;
      if (data === undefined) continue;
      received.push(readNative({ event, data, id }));
      if (isFirst) probe.markSeen();
      isFirst = false;
    }
    compareEntries((await probe.ended).entries, received);
    return `${received.length} frames`;
  },
};
