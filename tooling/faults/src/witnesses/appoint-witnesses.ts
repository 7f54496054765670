import type { Testimony } from '../records.ts';
import { createRandom, type Random } from '../schedule/random.ts';
import { pause } from '../pause.ts';
import { clientWitness } from './client-witness.ts';
import { plainDoor, plainSnapshotDoor, sharedDoor, trpcDoor, trpcHeaderDoor } from './doors.ts';
import { pageWitness } from './page-witness.ts';
import { rawWitness } from './raw-witness.ts';
import type { Habit, WitnessOptions } from './witness.ts';

export interface AppointOptions {
  readonly seed: number;
  readonly workflowId: string;
  /** Which start it was: names the witnesses, and draws what they do. */
  readonly key: string;
  readonly servers: readonly string[];
  /** Ends all watching. */
  readonly signal: AbortSignal;
}

/** Witnesses of one workflow. */
export interface Appointed {
  /** Come to an end with the workflow. */
  readonly staying: readonly Promise<Testimony>[];
  /** Stop reading for good, and end only with the signal. */
  readonly stalled: readonly Promise<Testimony>[];
}

const HABITS: readonly Habit[] = ['steady', 'steady', 'restless', 'restless', 'restless', 'slow'];
const COMES_AFTER_MS = [0, 9_000] as const;
/** So many of all witnesses stop reading for good. */
const STALLED = 0.08;

type Watch = (options: WitnessOptions) => Promise<Testimony>;

const watchers: Readonly<Record<string, Watch>> = {
  plain: (options) => rawWitness(options, plainDoor),
  trpc: (options) => rawWitness(options, trpcDoor),
  'trpc-header': (options) => rawWitness(options, trpcHeaderDoor),
  client: clientWitness,
  'plain-snapshot': (options) => rawWitness(options, plainSnapshotDoor),
  shared: (options) => rawWitness(options, sharedDoor),
  pages: pageWitness,
};

/** Has a workflow watched over every door, by witnesses that come at random moments. */
export function appointWitnesses(options: AppointOptions): Appointed {
  const { seed, key } = options;
  const appointed = Object.entries(watchers).map(([name, watch]) => {
    const random = createRandom(seed, `${key} ${name}`);
    const habit = habitOf(random);
    const witness = `${name} ${habit} of ${key}`;
    return { habit, testimony: come(watch, { ...options, witness, habit, random }) };
  });
  const { staying = [], stalled = [] } = Object.groupBy(appointed, ({ habit }) =>
    habit === 'stalled' ? 'stalled' : 'staying',
  );
  return {
    staying: staying.map(({ testimony }) => testimony),
    stalled: stalled.map(({ testimony }) => testimony),
  };
}

async function come(watch: Watch, options: WitnessOptions): Promise<Testimony> {
  await pause(options.random.whole(...COMES_AFTER_MS), options.signal);
  return await watch(options);
}

function habitOf(random: Random): Habit {
  return random.next() < STALLED ? 'stalled' : random.pick(HABITS);
}
