import { type Check, CheckFailure } from '../check.ts';
import { compareEntries } from '../compare-entries.ts';
import { expectStream, readStream } from '../read-stream.ts';
import { firstWord } from '../wait.ts';
import { readNative } from './sse-native.ts';

/** `fetch` unpacks what is compressed, and can do so only as far as it was flushed. */
export const sseGzip: Check = {
  name: 'sse-gzip',
  title: 'plain stream, compressed, each event flushed',
  isLive: true,
  run: async (probe) => {
    const { workflowId } = await probe.started;
    const headers = { 'Accept-Encoding': 'gzip' };
    const opening = probe.ask(`/api/workflows/${workflowId}/events`, { headers });
    const response = await firstWord(probe, opening);
    await expectStream(response);
    const encoding = response.headers.get('content-encoding') ?? 'none';
    if (encoding !== 'gzip') {
      await response.body?.cancel();
      throw new CheckFailure({
        expected: 'Content-Encoding: gzip for a client that accepts it',
        came: encoding,
        advice:
          'Does the header Accept-Encoding get through to the server? Streams work without, they only take more bytes.',
      });
    }
    const frames = readStream(response);
    const told = [];
    for (let isFirst = true; ;) {
      const { done, value } = isFirst ? await firstWord(probe, frames.next()) : await frames.next();
      if (done === true) break;
      const { event = '', data, id = '' } = value;
      if (data === undefined) continue;
      told.push(readNative({ event, data, id }));
      if (isFirst) probe.heardOfIt();
      isFirst = false;
    }
    compareEntries((await probe.ended).entries, told);
    return `${told.length} frames`;
  },
};
