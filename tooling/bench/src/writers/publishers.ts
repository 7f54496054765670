import { bareInserts } from './bare-sqlite.ts';
import { bareScript } from './bare-redis.ts';
import { emit } from './emit.ts';
import { append } from './append.ts';

/** The store that a publisher writes to. */
export interface Location {
  /** A folder for files. */
  readonly folder: string;
  /** The URL of a Redis that nothing else uses. */
  readonly redisUrl: string;
}

/** Checks that all events are stored once and in order. @returns the problem, or `null`. */
export type Check = () => Promise<string | null>;

/** Writes this many events of a new workflow. @returns once they are stored. */
export type Publisher = (count: number) => Promise<Check>;

/** Each event after the previous one is stored, or all at once. */
export type Pace = 'awaited' | 'pipelined';

/** All ways to write events, by their names in the bench. */
export const publishers = {
  'SQLite, bare inserts': ({ folder }) => bareInserts(folder),
  'SQLite, append': (location) => append('sqlite', 'awaited', location),
  'SQLite, emit statuses': (location) => emit('sqlite', 'status', 'awaited', location),
  'SQLite, emit tokens': (location) => emit('sqlite', 'token', 'awaited', location),
  'SQLite, emit tokens, 64 wait': (location) => emit('sqlite', 'token', 'pipelined', location),
  'Redis, bare EVALSHA awaited': ({ redisUrl }) => bareScript('awaited', redisUrl),
  'Redis, bare EVALSHA pipelined': ({ redisUrl }) => bareScript('pipelined', redisUrl),
  'Redis, append awaited': (location) => append('redis', 'awaited', location),
  'Redis, append pipelined': (location) => append('redis', 'pipelined', location),
  'Redis, emit statuses': (location) => emit('redis', 'status', 'pipelined', location),
  'Redis, emit tokens': (location) => emit('redis', 'token', 'awaited', location),
  'Redis, emit tokens, 64 wait': (location) => emit('redis', 'token', 'pipelined', location),
} as const satisfies Readonly<Record<string, (location: Location) => Promise<Publisher>>>;

export type PublisherName = keyof typeof publishers;
