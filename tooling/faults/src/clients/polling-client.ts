import { jsonSchema } from '@runtape/event-log';
import { z } from 'zod';
import { messageOf } from '../message-of.ts';
import { pause } from '../pause.ts';
import type { Frame, History, SessionEnd } from '../records.ts';
import type { Random } from '../schedule/random.ts';
import {
  BREAK_MS,
  type Habit,
  MAX_BREAKS,
  observeInSessions,
  type ClientOptions,
} from './client.ts';

/** How long the server waits for an event before it answers, in seconds. */
const WAIT_S = 3;
/** How long the client waits for the response. */
const ANSWER_WITHIN_MS = 8_000;
const LIMITS = [5, 200] as const;
const PAGES_BEFORE_STALL = [1, 12] as const;

const pageSchema = z.object({
  events: z.array(z.looseObject({ id: z.string() })),
  next: z.string().nullable(),
  ended: z.boolean(),
});

/** Observes by polling: page after page of JSON. */
export async function pollingClient(options: ClientOptions): Promise<History> {
  const { workflowId, habit, random } = options;
  const readDelay = paceOf(habit, random);
  return await observeInSessions(options, 'pages', async ({ server, after, signal }) => {
    const frames: Frame[] = [];
    const url = new URL(`/api/workflows/${workflowId}/events`, server);
    url.searchParams.set('wait', String(WAIT_S));
    url.searchParams.set('limit', String(random.whole(...LIMITS)));
    const end = await pollPages(url, { after, frames, signal, readDelay });
    return { after, server, frames, end: signal.aborted ? { kind: 'left' } : end };
  });
}

interface Polling {
  readonly after: string | null;
  readonly frames: Frame[];
  readonly signal: AbortSignal;
  readonly readDelay: (signal: AbortSignal) => Promise<void>;
}

async function pollPages(
  url: URL,
  { after, frames, signal, readDelay }: Polling,
): Promise<SessionEnd> {
  for (let cursor = after; !signal.aborted; await readDelay(signal)) {
    if (cursor !== null) url.searchParams.set('after', cursor);
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/json' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
      if (!response.ok) {
        const kind = response.status >= 500 ? 'broken' : 'refused';
        return { kind, reason: `HTTP ${response.status}` };
      }
      const { events, next, ended } = pageSchema.parse(await response.json());
      const received = events.map(({ id, ...message }) => ({
        id,
        message: jsonSchema.parse(message),
      }));
      frames.push(...received);
      if (ended) return { kind: 'finished' };
      cursor = next;
    } catch (error) {
      return { kind: 'broken', reason: messageOf(error) };
    }
  }
  return { kind: 'left' };
}

/** How long it takes to read a page. */
function paceOf(habit: Habit, random: Random): Polling['readDelay'] {
  let pages = random.whole(...PAGES_BEFORE_STALL);
  let breaks = MAX_BREAKS;
  return async (signal) => {
    if (habit === 'stalled' && pages-- <= 0) await pause(2 ** 31 - 1, signal);
    if (habit === 'slow' && breaks-- > 0) await pause(random.whole(...BREAK_MS), signal);
  };
}
