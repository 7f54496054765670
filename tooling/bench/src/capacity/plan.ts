import type { Costs } from './costs.ts';

const SECOND_MICROS = 1e6;
/** A part that is busy for a larger share of its time makes others wait. */
const FILLED = 0.6;
const BYTES_ON_WIRE = 200;

/** The load to plan for. */
export interface Demand {
  readonly watchers: number;
  readonly workflows: number;
  /** Events of each workflow per second. */
  readonly eventsPerSecond: number;
  /** The number of servers through which each workflow is watched. */
  readonly serversEach: number;
}

/** A million watchers of 100,000 workflows, each watched through one server. */
export const MILLION: Demand = {
  watchers: 1_000_000,
  workflows: 100_000,
  eventsPerSecond: 10,
  serversEach: 1,
};

/** The required resources. Cores and shards are whole numbers, each filled to 60 %. */
export interface Plan {
  readonly eventsWritten: number;
  readonly eventsDelivered: number;
  readonly shards: number;
  readonly workerCores: number;
  readonly serverCores: number;
  /** The cores of the servers for delivery, for receiving and for heartbeats. */
  readonly delivering: number;
  readonly receiving: number;
  readonly heartbeats: number;
  readonly memoryGib: number;
  readonly gigabits: number;
}

/** Computes the plan from the unit costs. */
export function planFor(demand: Demand, { d, s, r, w, m, h }: Costs): Plan {
  const { watchers, workflows, eventsPerSecond, serversEach } = demand;
  const eventsWritten = workflows * eventsPerSecond;
  const eventsDelivered = watchers * eventsPerSecond;
  const delivering = filled(eventsDelivered * d);
  const receiving = filled(eventsWritten * serversEach * s);
  const heartbeats = filled(watchers * h);
  return {
    eventsWritten,
    eventsDelivered,
    shards: Math.ceil(filled(eventsWritten * r)),
    workerCores: Math.ceil(filled(eventsWritten * w)),
    serverCores: Math.ceil(delivering + receiving + heartbeats),
    delivering,
    receiving,
    heartbeats,
    memoryGib: (watchers * m) / 2 ** 30,
    gigabits: (eventsDelivered * BYTES_ON_WIRE * 8) / 1e9,
  };
}

/** The number of cores or shards needed for this much work per second. */
function filled(micros: number): number {
  return micros / SECOND_MICROS / FILLED;
}
