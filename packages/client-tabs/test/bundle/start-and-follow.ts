import { createRuntapeClient } from '@runtape/client';

/** What a page bundles that starts and follows workflows. */
export const client = createRuntapeClient({ url: '/' });
