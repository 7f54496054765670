import {
  type EventId,
  isTerminal,
  parseEventId,
  type WorkflowEvent,
  workflowIdSchema,
} from '@runtape/events';
import { z } from 'zod';

/** Incremented when a change would make files unreadable for earlier versions. */
export const ARCHIVE_FORMAT = 1;

const time = z.iso.datetime();

export const archiveHeaderSchema = z.object({
  /** The version of the format. */
  runtape: z.literal(ARCHIVE_FORMAT),
  workflowId: workflowIdSchema,
  /** Name of the workflow definition. */
  workflow: z.string(),
  incarnation: z.string(),
  title: z.string(),
  target: z.string(),
  createdAt: time,
  endedAt: time,
  status: z.enum(['completed', 'failed', 'cancelled']),
});

/** The first line of an archive. */
export type ArchiveHeader = z.infer<typeof archiveHeaderSchema>;

/** Checks that the events of an archive are a complete log: 1, 2, 3 … up to the terminal event. */
export class ArchiveOrder {
  readonly #incarnation: string;
  #seq = 0;
  #isWhole = false;

  constructor({ incarnation }: Pick<ArchiveHeader, 'incarnation'>) {
    this.#incarnation = incarnation;
  }

  /** True after the terminal event. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** @returns the seq of the next event, or an error message. */
  next(id: EventId, event: WorkflowEvent): { seq: number } | { wrong: string } {
    const expected = `${this.#incarnation}-${this.#seq + 1}`;
    if (this.#isWhole) return { wrong: `${id} follows the end of the workflow` };
    if (parseEventId(id) === null || id !== expected) {
      return { wrong: `${expected} should be here, and ${id} is` };
    }
    this.#seq += 1;
    this.#isWhole = isTerminal(event);
    return { seq: this.#seq };
  }
}
