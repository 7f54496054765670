import { z } from 'zod';

const MAX_REASON_LENGTH = 1000;

/** Shown to everyone who watches. */
export const cancelReasonSchema = z.string().max(MAX_REASON_LENGTH);
