import { setTimeout as delay } from 'node:timers/promises';
import type { StreamEntry } from '@runtape/events';
import type { Probe } from './probe.ts';
import { readPages } from './read-pages.ts';

const BETWEEN_PAGES_MS = 300;

/**
 * What the log of a workflow has once it has ended, event for event: over tRPC, or, where that fails, as pages of JSON. All
 * other surfaces are compared with it.
 */
export async function readLog(
  probe: Pick<Probe, 'client' | 'ask' | 'signal'>,
  workflowId: string,
): Promise<readonly StreamEntry[]> {
  try {
    return await readOverTrpc(probe, workflowId);
  } catch (error) {
    probe.signal.throwIfAborted();
    const { entries } = await readPages(probe, workflowId).catch(() => {
      throw error;
    });
    return entries;
  }
}

async function readOverTrpc(
  { client, signal }: Pick<Probe, 'client' | 'signal'>,
  workflowId: string,
): Promise<readonly StreamEntry[]> {
  const entries: StreamEntry[] = [];
  let after: string | null = null;
  for (;;) {
    const range = after === null ? {} : { after };
    const page = await client.trpc.workflow.events.query({ workflowId, ...range }, { signal });
    entries.push(...page.events.map(({ id, ...message }) => ({ id, message })));
    if (page.ended) return entries;
    after = page.next;
    if (page.events.length === 0) await delay(BETWEEN_PAGES_MS, undefined, { signal });
  }
}
