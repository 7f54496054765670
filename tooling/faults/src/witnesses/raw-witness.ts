import type { Testimony } from '../records.ts';
import type { Random } from '../schedule/random.ts';
import type { Door } from './doors.ts';
import { sit } from './sit.ts';
import { type Habit, MOST_BREAKS, watchInSittings, type WitnessOptions } from './witness.ts';

const BREAK_MS = [100, 3_000] as const;
const PIECES_BETWEEN_BREAKS = [30, 120] as const;
const PIECES_BEFORE_STALL = [1, 12] as const;

/** Watches over HTTP with nothing of ours but this folder. */
export async function rawWitness(options: WitnessOptions, door: Door): Promise<Testimony> {
  const { witness, workflowId, habit, random } = options;
  const dawdleMs = paceOf(habit, random);
  const sittings = await watchInSittings(options, (asked) =>
    sit({ ...asked, door, workflowId, dawdleMs }),
  );
  const staysToTheEnd = habit !== 'stalled';
  return { witness, surface: door.surface, workflowId, staysToTheEnd, sittings };
}

/** How long to read nothing after a piece, in ms. */
function paceOf(habit: Habit, random: Random): () => number {
  if (habit === 'slow') return withBreaks(random);
  if (habit !== 'stalled') return () => 0;
  let pieces = random.whole(...PIECES_BEFORE_STALL);
  return () => (pieces-- > 0 ? 0 : Infinity);
}

function withBreaks(random: Random): () => number {
  let pieces = random.whole(...PIECES_BETWEEN_BREAKS);
  let breaks = MOST_BREAKS;
  return () => {
    if (pieces-- > 0 || breaks === 0) return 0;
    pieces = random.whole(...PIECES_BETWEEN_BREAKS);
    breaks -= 1;
    return random.whole(...BREAK_MS);
  };
}
