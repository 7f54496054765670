import { eventIdSchema, TERMINAL_TYPES } from '@runtape/events';
import { z } from 'zod';

const count = z.int().nonnegative();
/** A workflow has a handful. */
export const MAX_OWN_TYPES = 100;
const bits = z.array(z.int().min(0).max(255)).max(1024);

/**
 * A tape without its events: when each of them was, and what is drawn. About two characters an
 * event, and some tens of kilobytes that do not grow. Who has it can draw the tape, name every
 * event and its time, and go on with the next event.
 */
export const shortTapeSchema = z.object({
  /** The last event in it. The first is the first of the log. */
  cursor: eventIdSchema,
  /** As `EncodedTimes` writes them. */
  times: z.string(),
  /** How long each bin is, in ms of the tape. */
  binMs: z.number().positive(),
  /** About how many tokens arrived in each bin. */
  tokens: z.array(z.number().nonnegative()).max(1024),
  /** `MARK`s and `QUIET`, added up, by bin. */
  marks: bits,
  /** A role each, in the order they first started; `LANE` bits by bin. */
  lanes: z.array(z.object({ role: z.string(), name: z.string(), columns: bits })).max(6),
  /** Which role has which lane: those that came too late for one of their own share the last. */
  laneOf: z.array(z.tuple([z.string(), count])),
  /** The lane of each agent that runs, by its id. */
  running: z.array(z.tuple([z.string(), count])),
  /**
   * The types of events that are not built in, in the order they first came. An older server does
   * not tell.
   */
  ownTypes: z.array(z.string()).max(MAX_OWN_TYPES).default([]),
  attempt: count,
  isPaused: z.boolean(),
  end: z.enum(TERMINAL_TYPES).nullable(),
});

export type ShortTape = z.infer<typeof shortTapeSchema>;

/** All of it but what tells when the events were. */
export type ShortModel = Omit<ShortTape, 'cursor' | 'times'>;
