import { eventIdSchema, TERMINAL_TYPES } from '@runtape/events';
import { z } from 'zod';

const count = z.int().nonnegative();
/** The limit for custom event types; a workflow has only a few. */
export const MAX_OWN_TYPES = 100;
/** The lanes of custom event types, one bit each; further types share the last one. */
export const MAX_OWN_LANES = 8;
const bits = z.array(z.int().min(0).max(255)).max(1024);

/**
 * A compact tape: the times of its events and the data to draw it, but not the events. It takes
 * about two characters per event, plus tens of kilobytes that do not grow. With it, a reader can
 * draw the tape, derive the id and time of every event, and continue with the next event.
 */
export const shortTapeSchema = z.object({
  /** The last event of the tape. The first one is the first of the log. */
  cursor: eventIdSchema,
  /** The times, as encoded by `EncodedTimes`. */
  times: z.string(),
  /** The length of a bin, in ms of the tape. */
  binMs: z.number().positive(),
  /** The approximate number of tokens in each bin. */
  tokens: z.array(z.number().nonnegative()).max(1024),
  /** The `MARK` and `QUIET` bits of each bin. */
  marks: bits,
  /** The lanes, one per role, in the order in which the roles first started; `LANE` bits by bin. */
  lanes: z.array(z.object({ role: z.string(), name: z.string(), columns: bits })).max(6),
  /** The lane of each role; roles beyond the limit share the last lane. */
  laneOf: z.array(z.tuple([z.string(), count])),
  /** The lane of each running agent, by the agent's id. */
  running: z.array(z.tuple([z.string(), count])),
  /**
   * The types of custom events, in the order of their first occurrence. Older servers do not send
   * them.
   */
  ownTypes: z.array(z.string()).max(MAX_OWN_TYPES).default([]),
  /** The custom event types in each bin: a bit for each lane. Older servers do not send them. */
  own: bits.default([]),
  attempt: count,
  isPaused: z.boolean(),
  end: z.enum(TERMINAL_TYPES).nullable(),
});

export type ShortTape = z.infer<typeof shortTapeSchema>;

/** The compact tape without the times of its events. */
export type ShortModel = Omit<ShortTape, 'cursor' | 'times'>;
