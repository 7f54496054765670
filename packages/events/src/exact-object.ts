import { z } from 'zod';
import { describeUnknownNames } from './unknown-names.ts';

/**
 * Returns the schema of an object that clients send. An unknown field is refused, with a
 * suggestion: if a misspelt limit were ignored, there would be no limit. Data from a log is parsed
 * with `z.object` instead, because a newer version may have written it.
 * @param elsewhere fields that belong in another place, with that place, such as `beside "input"`.
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
