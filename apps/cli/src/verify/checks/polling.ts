import type { Check } from '../check.ts';
import { compareEntries } from '../compare-entries.ts';
import { readPages } from '../read-log.ts';

/** Checks the pages for clients that cannot stream. */
export const polling: Check = {
  name: 'polling',
  title: 'pages of events as JSON, until the end',
  run: async (probe) => {
    const { workflowId } = await probe.started;
    const { entries, pages } = await readPages(probe, workflowId);
    compareEntries((await probe.ended).entries, entries);
    return `${entries.length} events in ${pages} pages`;
  },
};
