import './no-eval.ts';
import { serveSharedStreams } from '@runtape/client-tabs/shared-worker';

// Runs as long as any tab of the page is open, and holds their shared stream.
serveSharedStreams(self);
