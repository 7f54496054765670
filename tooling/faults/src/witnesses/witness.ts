import type { Random } from '../schedule/random.ts';
import type { Sitting } from '../records.ts';
import { pause } from '../pause.ts';

/** How a witness behaves. */
export type Habit =
  /** Comes, and stays until it is sent away. */
  | 'steady'
  /** Goes away and comes back, again and again, to either server. */
  | 'restless'
  /** Reads with long breaks. */
  | 'slow'
  /** Stops reading at some point, and keeps the connection. */
  | 'stalled';

export interface WitnessOptions {
  readonly witness: string;
  readonly workflowId: string;
  readonly habit: Habit;
  /** Origins of the servers, all of which serve every workflow. */
  readonly servers: readonly string[];
  readonly random: Random;
  /** Ends the watching, wherever it is. */
  readonly signal: AbortSignal;
}

/** One sitting, however it is done. */
export type SitDown = (asked: {
  readonly server: string;
  readonly after: string | null;
  readonly signal: AbortSignal;
}) => Promise<Sitting>;

/** Of a slow witness, so that it comes to the end of a long workflow, too. */
export const MOST_BREAKS = 10;

const STAYS_MS = [200, 5_000] as const;
const AWAY_MS = [20, 1_500] as const;

/** Watches one workflow in as many sittings as it takes, each after the last event of the one before. */
export async function watchInSittings(
  { habit, servers, random, signal }: WitnessOptions,
  sitDown: SitDown,
): Promise<readonly Sitting[]> {
  const sittings: Sitting[] = [];
  let after: string | null = null;
  while (!signal.aborted) {
    const leaving = habit === 'restless' ? AbortSignal.timeout(random.whole(...STAYS_MS)) : null;
    const sitting = await sitDown({
      server: random.pick(servers),
      after,
      signal: leaving === null ? signal : AbortSignal.any([signal, leaving]),
    });
    sittings.push(sitting);
    after = sitting.frames.at(-1)?.id || after;
    if (sitting.end.kind === 'finished' || sitting.end.kind === 'refused') break;
    await pause(random.whole(...AWAY_MS), signal);
  }
  return sittings;
}
