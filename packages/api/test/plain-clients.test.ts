import { describe, test } from 'vitest';
import { curl, hasCurl, plainClients } from './plain-clients.ts';
import { ends, formats, readsLive, staysAway } from './plain-scenarios.ts';

const clients = Object.entries(plainClients);

describe.concurrent.each(formats)('B1 D2: format=%s', (format) => {
  test.each(clients)('is read live by %s, to its end', async (_name, read) => {
    await readsLive(read, format);
  });

  test.skipIf(!hasCurl)('is read live by curl -N, where there is a curl, to its end', async () => {
    await readsLive(curl, format);
  });

  describe.each(ends)('F6 B3: of a workflow that is %s', (end) => {
    test.each(clients)('%s hears what there is, and stays away', async (_name, read) => {
      await staysAway(read, format, end);
    });

    test.skipIf(!hasCurl)('curl, where there is one, hears what there is and ends', async () => {
      await staysAway(curl, format, end);
    });
  });
});
