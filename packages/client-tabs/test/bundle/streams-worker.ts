import { serveSharedStreams } from '@runtape/client-tabs/shared-worker';

serveSharedStreams(globalThis);
