import './no-eval.ts';
import { serveSharedStreams } from '@runtape/client/shared-worker';

// Lives as long as any tab of the page is open, and holds their one stream.
serveSharedStreams(self);
