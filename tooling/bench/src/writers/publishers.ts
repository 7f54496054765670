import { bareInserts } from './bare-sqlite.ts';
import { bareScript } from './bare-redis.ts';
import { emit } from './emit.ts';
import { append } from './append.ts';

/** The store that a publisher writes to. */
export interface Place {
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
  'SQLite, append': (place) => append('sqlite', 'awaited', place),
  'SQLite, emit statuses': (place) => emit('sqlite', 'status', 'awaited', place),
  'SQLite, emit tokens': (place) => emit('sqlite', 'token', 'awaited', place),
  'SQLite, emit tokens, 64 wait': (place) => emit('sqlite', 'token', 'pipelined', place),
  'Redis, bare EVALSHA awaited': ({ redisUrl }) => bareScript('awaited', redisUrl),
  'Redis, bare EVALSHA pipelined': ({ redisUrl }) => bareScript('pipelined', redisUrl),
  'Redis, append awaited': (place) => append('redis', 'awaited', place),
  'Redis, append pipelined': (place) => append('redis', 'pipelined', place),
  'Redis, emit statuses': (place) => emit('redis', 'status', 'pipelined', place),
  'Redis, emit tokens': (place) => emit('redis', 'token', 'awaited', place),
  'Redis, emit tokens, 64 wait': (place) => emit('redis', 'token', 'pipelined', place),
} as const satisfies Readonly<Record<string, (place: Place) => Promise<Publisher>>>;

export type PublisherName = keyof typeof publishers;
