import type { History } from '../records.ts';
import { createRandom, type Random } from '../schedule/random.ts';
import { pause } from '../pause.ts';
import { runtapeClient } from './runtape-client.ts';
import {
  plainSurface,
  plainSnapshotSurface,
  sharedSurface,
  trpcSurface,
  trpcHeaderSurface,
} from './surfaces.ts';
import { pollingClient } from './polling-client.ts';
import { rawClient } from './raw-client.ts';
import type { Habit, ClientOptions } from './client.ts';

export interface StartClientsOptions {
  readonly seed: number;
  readonly workflowId: string;
  /** The idempotency key of the start: part of the clients' names and seeds. */
  readonly key: string;
  readonly servers: readonly string[];
  /** Ends all observation. */
  readonly signal: AbortSignal;
}

/** Clients of one workflow. */
export interface StartedClients {
  /** Clients that stay; they settle at the end of the workflow. */
  readonly staying: readonly Promise<History>[];
  /** Clients that stop reading forever; they settle only when the signal aborts. */
  readonly stalled: readonly Promise<History>[];
}

const HABITS: readonly Habit[] = ['steady', 'steady', 'restless', 'restless', 'restless', 'slow'];
const CONNECT_DELAY_MS = [0, 9_000] as const;
/** The share of clients that stop reading forever. */
const STALLED = 0.08;

type RunClient = (options: ClientOptions) => Promise<History>;

const clientsByName: Readonly<Record<string, RunClient>> = {
  plain: (options) => rawClient(options, plainSurface),
  trpc: (options) => rawClient(options, trpcSurface),
  'trpc-header': (options) => rawClient(options, trpcHeaderSurface),
  client: runtapeClient,
  'plain-snapshot': (options) => rawClient(options, plainSnapshotSurface),
  shared: (options) => rawClient(options, sharedSurface),
  pages: pollingClient,
};

/** Starts a client on every surface for a workflow, each after a random delay. */
export function startClients(options: StartClientsOptions): StartedClients {
  const { seed, key } = options;
  const started = Object.entries(clientsByName).map(([name, runClient]) => {
    const random = createRandom(seed, `${key} ${name}`);
    const habit = habitOf(random);
    const client = `${name} ${habit} of ${key}`;
    return { habit, history: delayed(runClient, { ...options, client, habit, random }) };
  });
  const { staying = [], stalled = [] } = Object.groupBy(started, ({ habit }) =>
    habit === 'stalled' ? 'stalled' : 'staying',
  );
  return {
    staying: staying.map(({ history }) => history),
    stalled: stalled.map(({ history }) => history),
  };
}

async function delayed(runClient: RunClient, options: ClientOptions): Promise<History> {
  await pause(options.random.whole(...CONNECT_DELAY_MS), options.signal);
  return await runClient(options);
}

function habitOf(random: Random): Habit {
  return random.next() < STALLED ? 'stalled' : random.pick(HABITS);
}
