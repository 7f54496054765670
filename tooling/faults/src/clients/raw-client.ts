import type { History } from '../records.ts';
import type { Random } from '../schedule/random.ts';
import type { Surface } from './surfaces.ts';
import { observe } from './observe.ts';
import {
  BREAK_MS,
  type Habit,
  MAX_BREAKS,
  observeInSessions,
  type ClientOptions,
} from './client.ts';

const CHUNKS_BETWEEN_BREAKS = [30, 120] as const;
const CHUNKS_BEFORE_STALL = [1, 12] as const;

/** Observes over HTTP with independent code. */
export async function rawClient(options: ClientOptions, surface: Surface): Promise<History> {
  const { workflowId, habit, random } = options;
  const readDelayMs = paceOf(habit, random);
  return await observeInSessions(options, surface.name, (request) =>
    observe({ ...request, surface, workflowId, readDelayMs }),
  );
}

/** How long to pause after a chunk, in ms. */
function paceOf(habit: Habit, random: Random): () => number {
  if (habit === 'slow') return withBreaks(random);
  if (habit !== 'stalled') return () => 0;
  let chunks = random.whole(...CHUNKS_BEFORE_STALL);
  return () => (chunks-- > 0 ? 0 : Infinity);
}

function withBreaks(random: Random): () => number {
  let chunks = random.whole(...CHUNKS_BETWEEN_BREAKS);
  let breaks = MAX_BREAKS;
  return () => {
    if (chunks-- > 0 || breaks === 0) return 0;
    chunks = random.whole(...CHUNKS_BETWEEN_BREAKS);
    breaks -= 1;
    return random.whole(...BREAK_MS);
  };
}
