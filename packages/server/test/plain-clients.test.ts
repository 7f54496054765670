import { describe, expect, test } from 'vitest';
import { curl, hasCurl, plainClients } from './plain-clients.ts';
import {
  completeResult,
  ends,
  formats,
  readEnded,
  readLive,
  expectedEnd,
} from './plain-scenarios.ts';

const clients = Object.entries(plainClients);

describe.concurrent.each(formats)('B1 D2: format=%s', (format) => {
  test.each(clients)('is read live by %s, to its end', async (_name, read) => {
    expect(await readLive(read, format)).toEqual(completeResult(format));
  });

  test.skipIf(!hasCurl)(
    'is read live by curl -N, where curl is installed, to its end',
    async () => {
      expect(await readLive(curl, format)).toEqual(completeResult(format));
    },
  );

  describe.each(ends)('F6 B3: of a workflow that is %s', (end) => {
    test.each(clients)('%s receives all events, and does not reconnect', async (_name, read) => {
      expect(await readEnded(read, format, end)).toEqual(expectedEnd(format, end));
    });

    test.skipIf(!hasCurl)('curl, where installed, receives all events and ends', async () => {
      expect(await readEnded(curl, format, end)).toEqual(expectedEnd(format, end));
    });
  });
});
