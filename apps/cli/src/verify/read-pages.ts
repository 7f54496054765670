import { decodeStreamMessage, eventIdSchema, type StreamEntry } from '@runtape/events';
import { z } from 'zod';
import type { Probe } from './probe.ts';
import { readAnswer } from './read-answer.ts';

/** Shorter than any proxy's patience. */
const WAIT_SECONDS = 5;

const schema = z.object({
  events: z.array(z.looseObject({ id: eventIdSchema })),
  next: eventIdSchema.nullable(),
  ended: z.boolean(),
});

/** A workflow's events as pages of JSON, until it has ended. */
export async function readPages(
  { ask, signal }: Pick<Probe, 'ask' | 'signal'>,
  workflowId: string,
): Promise<{ readonly entries: readonly StreamEntry[]; readonly pages: number }> {
  const entries: StreamEntry[] = [];
  let after = '';
  for (let pages = 1; ; pages += 1) {
    signal.throwIfAborted();
    const response = await ask(`/api/workflows/${workflowId}/events?wait=${WAIT_SECONDS}${after}`, {
      headers: { Accept: 'application/json' },
    });
    const page = await readAnswer(response, schema, { what: 'a page of events' });
    for (const { id, ...message } of page.events) {
      entries.push({ id, message: decodeStreamMessage(message) });
    }
    if (page.ended) return { entries, pages };
    after = page.next === null ? '' : `&after=${page.next}`;
  }
}
