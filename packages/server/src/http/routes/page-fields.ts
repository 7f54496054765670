import { z } from 'zod';
import { MAX_LIMIT } from '../../read/pages/read-page.ts';

const MAX_WAIT_SECONDS = 60;

/** How pages of events are asked for, by who cannot stream. */
export const limitField = z.coerce
  .number()
  .int()
  .min(1)
  .max(MAX_LIMIT)
  .optional()
  .describe('Pages only: how many events of the log to look at. Default: 500.');

export const waitField = z.coerce
  .number()
  .min(0)
  .max(MAX_WAIT_SECONDS)
  .default(0)
  .describe('Pages only: how many seconds to wait for an event when there is none.');
