import { quantile } from '../measure/statistics.ts';
import type { Costs } from './costs.ts';
import type { Demand } from './plan.ts';

const SECOND_MICROS = 1e6;

/**
 * The number of instances of each part; an instance handles one event at a time, in order of
 * arrival.
 */
export interface Parts {
  readonly workers: number;
  readonly shards: number;
  readonly servers: number;
}

export type Part = keyof Parts;

export interface SimulationResult {
  /** The busy share of each part; above 1 the load exceeds its capacity. */
  readonly busy: Readonly<Record<Part, number>>;
  /** The 99th percentile of the time from emission to delivery to the last watcher, in ms. */
  readonly p99Ms: number;
}

/**
 * Generates events at random moments, and follows each through its worker, shard and servers, where
 * it queues behind earlier events. Workflows are spread evenly.
 * @param options.seconds the duration of the generation.
 * @param options.random returns a number from 0 to below 1.
 */
export function simulate(
  demand: Demand,
  parts: Parts,
  costs: Costs,
  options: { readonly seconds: number; readonly random: () => number },
): SimulationResult {
  const { seconds, random } = options;
  const { workflows, eventsPerSecond, watchers, serversEach } = demand;
  const perSecond = workflows * eventsPerSecond;
  const events: EventInTransit[] = [];
  for (let at = 0; ;) {
    at += (-Math.log(1 - random()) / perSecond) * SECOND_MICROS;
    if (at > seconds * SECOND_MICROS) break;
    events.push({ workflow: Math.floor(random() * workflows), emitted: at, at, end: at });
  }
  const busy = { workers: 0, shards: 0, servers: 0 };
  const pass = (part: Part, micros: number, offset: number) => {
    busy[part] += passThrough(events, parts[part], micros, offset);
  };
  pass('workers', costs.w, 0);
  for (const event of events) event.at = event.end;
  pass('shards', costs.r, 0);
  for (const event of events) event.at = event.end;
  const there = watchers / workflows / serversEach;
  const withHeartbeats = (watchers * costs.h) / perSecond / serversEach;
  for (let offset = 0; offset < serversEach; offset += 1) {
    pass('servers', costs.s + there * costs.d + withHeartbeats, offset);
  }
  const share = (part: Part) => busy[part] / (seconds * SECOND_MICROS * parts[part]);
  return {
    busy: { workers: share('workers'), shards: share('shards'), servers: share('servers') },
    p99Ms:
      quantile(
        events.map(({ emitted, end }) => end - emitted),
        0.99,
      ) / 1000,
  };
}

/** An event in transit; times in µs. */
interface EventInTransit {
  readonly workflow: number;
  readonly emitted: number;
  /** The arrival at the current part. */
  at: number;
  /** The time when the last instance of the previous part was done with it. */
  end: number;
}

/** @returns the total busy time of all instances, in µs. */
function passThrough(
  events: EventInTransit[],
  count: number,
  micros: number,
  offset: number,
): number {
  const freeAt = new Float64Array(count);
  events.sort((a, b) => a.at - b.at);
  for (const event of events) {
    const index = (event.workflow + offset) % count;
    const done = Math.max(event.at, freeAt[index] ?? 0) + micros;
    freeAt[index] = done;
    event.end = Math.max(event.end, done);
  }
  return events.length * micros;
}

/** A reproducible sequence of random numbers. @param seed a whole number. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
