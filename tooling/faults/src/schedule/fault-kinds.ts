export const STORES = ['redis', 'cluster', 'sqlite'] as const;

/** The stores of workflows. */
export type StoreKind = (typeof STORES)[number];

interface FaultTraits {
  readonly stores: readonly StoreKind[];
  /** The minimum and maximum duration in ms; `null` for an instantaneous fault. */
  readonly lasts: readonly [number, number] | null;
  readonly summary: string;
}

const EVERY = STORES;
const REDIS = ['redis', 'cluster'] as const;
const SHORT = [500, 4_000] as const;
/** Some last longer than a lease, so that another worker takes over while one is frozen. */
const LONG = [500, 7_000] as const;

const traits = {
  'worker-kill': { stores: REDIS, lasts: SHORT, summary: 'kill -9 of a worker, and restart' },
  'server-kill': { stores: EVERY, lasts: SHORT, summary: 'kill -9 of a server, and restart' },
  'server-restart': { stores: EVERY, lasts: SHORT, summary: 'SIGTERM of a server, and restart' },
  'redis-kill': { stores: REDIS, lasts: SHORT, summary: 'kill -9 of a Redis, and restart' },
  'redis-tail-loss': {
    stores: REDIS,
    lasts: SHORT,
    summary: 'kill -9 of a Redis, and restart without its latest writes',
  },
  'worker-freeze': { stores: REDIS, lasts: LONG, summary: 'SIGSTOP of a worker' },
  'server-freeze': { stores: EVERY, lasts: LONG, summary: 'SIGSTOP of a server' },
  'redis-freeze': { stores: REDIS, lasts: SHORT, summary: 'SIGSTOP of a Redis' },
  'subscriber-kill': { stores: REDIS, lasts: null, summary: 'CLIENT KILL TYPE pubsub' },
  'script-flush': { stores: REDIS, lasts: null, summary: 'SCRIPT FLUSH' },
  'redis-link-cut': { stores: REDIS, lasts: null, summary: 'connections to Redis are reset' },
  'redis-link-freeze': { stores: REDIS, lasts: LONG, summary: 'nothing moves to and from Redis' },
  'redis-link-delay': {
    stores: REDIS,
    lasts: LONG,
    summary: 'everything to and from Redis is delayed',
  },
  'redis-link-drop': { stores: REDIS, lasts: SHORT, summary: 'one direction to Redis is lost' },
  'redis-link-half-open': {
    stores: REDIS,
    lasts: LONG,
    summary: 'one end of a connection to Redis is gone',
  },
  'server-link-cut': { stores: EVERY, lasts: null, summary: 'connections of clients are reset' },
  'server-link-freeze': {
    stores: EVERY,
    lasts: LONG,
    summary: 'nothing moves to and from clients',
  },
  'server-link-delay': {
    stores: EVERY,
    lasts: LONG,
    summary: 'everything to and from clients is delayed',
  },
  'server-link-drop': { stores: EVERY, lasts: SHORT, summary: 'one direction to clients is lost' },
  'server-link-half-open': {
    stores: EVERY,
    lasts: LONG,
    summary: 'one end of a connection to a client is gone',
  },
  'clock-jump': {
    stores: EVERY,
    lasts: LONG,
    summary: 'the clock of a program jumps ahead, and back',
  },
} as const satisfies Record<string, FaultTraits>;

/** A way to break something. */
export type FaultKind = keyof typeof traits;

/** All kinds of faults for a store, in a fixed order. */
export function faultKindsOf(store: StoreKind): readonly FaultKind[] {
  return Object.keys(traits).filter(
    (kind): kind is FaultKind => isFaultKind(kind) && traitsOf(kind).stores.includes(store),
  );
}

export function isFaultKind(text: string): text is FaultKind {
  return Object.hasOwn(traits, text);
}

export function traitsOf(kind: FaultKind): FaultTraits {
  return traits[kind];
}
