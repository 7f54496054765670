import { z } from 'zod';

export const failureSchema = z.object({
  /** Stable, snake_case; listed in `docs/errors/`. */
  code: z.string().regex(/^[a-z][a-z0-9_]*$/),
  /** What went wrong and what to do, for a person. */
  message: z.string(),
});

/** What clients get to know of something that failed: never internals, never a stack. */
export type Failure = z.infer<typeof failureSchema>;
