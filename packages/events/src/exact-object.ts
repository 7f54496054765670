import { z } from 'zod';
import { describeUnknownNames } from './unknown-names.ts';

/**
 * An object as a client sends it. A field that nobody knows is refused, with the one that was
 * meant: dropped without a word, a misspelt limit would be no limit. What is read back from a log
 * takes `z.object`, for a newer version may have written it.
 * @param elsewhere fields that belong in another place, with where that is, such as `beside
 *   "input"`.
 */
export function exactObject<Shape extends z.ZodRawShape>(
  shape: Shape,
  elsewhere: Readonly<Record<string, string>> = {},
) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? describeUnknownNames(issue.keys, known, elsewhere)
        : undefined,
  });
}
