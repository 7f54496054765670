import { type JsonValue, jsonSchema } from '@runtape/event-log';
import { z } from 'zod';
import { messageOf } from '../message-of.ts';
import { pause } from '../pause.ts';
import type { Frame, Session, SessionEnd, History } from '../records.ts';
import type { Random } from '../schedule/random.ts';
import { type Habit, MAX_BREAKS, observeInSessions, type ClientOptions } from './client.ts';

/** How long the server waits for an event before it answers, in seconds. */
const WAIT_S = 3;
/** How long the client waits for the response. */
const ANSWER_WITHIN_MS = 8_000;
const LIMITS = [5, 200] as const;
const BREAK_MS = [100, 3_000] as const;
const PAGES_BEFORE_STALL = [1, 12] as const;

const pageSchema = z.object({
  events: z.array(z.looseObject({ id: z.string() })),
  next: z.string().nullable(),
  ended: z.boolean(),
});

/** Observes by polling: page after page of JSON. */
export async function pollingClient(options: ClientOptions): Promise<History> {
  const { client, workflowId, habit, random } = options;
  const readDelay = paceOf(habit, random);
  const sessions = await observeInSessions(options, async ({ server, after, signal }) => {
    const frames: Frame[] = [];
    const url = new URL(`/api/workflows/${workflowId}/events`, server);
    url.searchParams.set('wait', String(WAIT_S));
    url.searchParams.set('limit', String(random.whole(...LIMITS)));
    const end = await pollPages(url, { after, frames, signal, readDelay });
    return {
      after,
      server,
      frames,
      end: signal.aborted ? { kind: 'left' } : end,
    } satisfies Session;
  });
  const staysToTheEnd = habit !== 'stalled';
  return { client, surface: 'pages', workflowId, staysToTheEnd, sessions };
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
      frames.push(...events.map(({ id, ...message }) => ({ id, message: jsonOf(message) })));
      if (ended) return { kind: 'finished' };
      cursor = next;
    } catch (error) {
      return { kind: 'broken', reason: messageOf(error) };
    }
  }
  return { kind: 'left' };
}

function jsonOf(message: object): JsonValue {
  return jsonSchema.parse(message);
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
