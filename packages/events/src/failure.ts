import { z } from 'zod';

export const failureSchema = z.object({
  /** Stable, snake_case; listed in `docs/errors/`. */
  code: z.string().regex(/^[a-z][a-z0-9_]*$/),
  /** What went wrong and what to do, for the user. */
  message: z.string(),
});

/** The part of a failure that clients may see: never internals, never a stack. */
export type Failure = z.infer<typeof failureSchema>;
