import { createRuntapeClient } from '@runtape/client';
import { createSharedStreams } from '@runtape/client-tabs';

/** What a page bundles whose tabs share one stream. */
export const client = createRuntapeClient({
  url: '/',
  sharing: createSharedStreams({
    worker: () =>
      new SharedWorker(new URL('./streams-worker.ts', import.meta.url), { type: 'module' }),
  }),
});
