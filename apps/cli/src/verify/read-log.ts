import { setTimeout as delay } from 'node:timers/promises';
import { decodeStreamMessage, eventIdSchema, type StreamEntry } from '@runtape/events';
import { z } from 'zod';
import type { Probe } from './probe.ts';
import { readResponse } from './read-response.ts';

const BETWEEN_PAGES_MS = 300;
/** This is shorter than the timeout of any usual proxy. */
const WAIT_SECONDS = 5;

const pageSchema = z.object({
  events: z.array(z.looseObject({ id: eventIdSchema })),
  next: eventIdSchema.nullable(),
  ended: z.boolean(),
});

/**
 * Returns all events of a workflow once it has ended, unmerged: over tRPC, or, if that fails, as
 * pages of JSON. The results of all other APIs are compared with them.
 */
export async function readLog(
  probe: Pick<Probe, 'client' | 'request' | 'signal'>,
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

/** Reads a workflow's events as pages of JSON, until the workflow has ended. */
export async function readPages(
  { request, signal }: Pick<Probe, 'request' | 'signal'>,
  workflowId: string,
): Promise<{ readonly entries: readonly StreamEntry[]; readonly pages: number }> {
  const entries: StreamEntry[] = [];
  let after = '';
  for (let pages = 1; ; pages += 1) {
    signal.throwIfAborted();
    const path = `/api/workflows/${workflowId}/events?wait=${WAIT_SECONDS}${after}`;
    const response = await request(path, { headers: { Accept: 'application/json' } });
    const page = await readResponse(response, pageSchema, { what: 'a page of events' });
    for (const { id, ...message } of page.events) {
      entries.push({ id, message: decodeStreamMessage(message) });
    }
    if (page.ended) return { entries, pages };
    after = page.next === null ? '' : `&after=${page.next}`;
  }
}
