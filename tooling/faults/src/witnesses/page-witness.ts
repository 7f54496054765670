import { type JsonValue, jsonSchema } from '@runtape/event-log';
import { z } from 'zod';
import { messageOf } from '../message-of.ts';
import { pause } from '../pause.ts';
import type { Frame, Sitting, SittingEnd, Testimony } from '../records.ts';
import type { Random } from '../schedule/random.ts';
import { type Habit, MOST_BREAKS, watchInSittings, type WitnessOptions } from './witness.ts';

/** So long an answer waits for an event, in seconds, … */
const WAIT_S = 3;
/** … and whoever asked waits a little longer for the answer. */
const ANSWER_WITHIN_MS = 8_000;
const LIMITS = [5, 200] as const;
const BREAK_MS = [100, 3_000] as const;
const PAGES_BEFORE_STALL = [1, 12] as const;

const pageSchema = z.object({
  events: z.array(z.looseObject({ id: z.string() })),
  next: z.string().nullable(),
  ended: z.boolean(),
});

/** Watches as those do who cannot stream: page after page of JSON. */
export async function pageWitness(options: WitnessOptions): Promise<Testimony> {
  const { witness, workflowId, habit, random } = options;
  const dawdle = paceOf(habit, random);
  const sittings = await watchInSittings(options, async ({ server, after, signal }) => {
    const frames: Frame[] = [];
    const url = new URL(`/api/workflows/${workflowId}/events`, server);
    url.searchParams.set('wait', String(WAIT_S));
    url.searchParams.set('limit', String(random.whole(...LIMITS)));
    const end = await turnPages(url, { after, frames, signal, dawdle });
    return {
      after,
      server,
      frames,
      end: signal.aborted ? { kind: 'left' } : end,
    } satisfies Sitting;
  });
  const staysToTheEnd = habit !== 'stalled';
  return { witness, surface: 'pages', workflowId, staysToTheEnd, sittings };
}

interface Turning {
  readonly after: string | null;
  readonly frames: Frame[];
  readonly signal: AbortSignal;
  readonly dawdle: (signal: AbortSignal) => Promise<void>;
}

async function turnPages(
  url: URL,
  { after, frames, signal, dawdle }: Turning,
): Promise<SittingEnd> {
  for (let cursor = after; !signal.aborted; await dawdle(signal)) {
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
function paceOf(habit: Habit, random: Random): Turning['dawdle'] {
  let pages = random.whole(...PAGES_BEFORE_STALL);
  let breaks = MOST_BREAKS;
  return async (signal) => {
    if (habit === 'stalled' && pages-- <= 0) await pause(2 ** 31 - 1, signal);
    if (habit === 'slow' && breaks-- > 0) await pause(random.whole(...BREAK_MS), signal);
  };
}
