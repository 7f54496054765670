import { describeUnknownNames } from '@runtape/events';
import type { z } from 'zod';
import { ApiError } from '../errors/api-error.ts';

/** Added by clients, not by people: `_` keeps caches out, `evs_…` comes from a polyfill of EventSource. */
const ADDED = /^(?:_|evs_)/;

/**
 * The parameters in the query of a request; a name that comes several times is a list.
 * @param schema has the names that are known; with `null` all are taken.
 * @throws ApiError `invalid_input` for a name that nobody knows: `formt=simple` would quietly be another format.
 */
export function readQuery({ url }: Request, schema: z.ZodObject | null): Record<string, unknown> {
  const given = new Map<string, string[]>();
  for (const [name, value] of new URL(url).searchParams) {
    const values = given.get(name);
    if (values === undefined) given.set(name, [value]);
    else values.push(value);
  }
  const known = Object.keys(schema?.shape ?? {});
  const unknown = [...given.keys()].filter((name) => !known.includes(name) && !ADDED.test(name));
  if (schema !== null && unknown.length > 0) {
    throw new ApiError(
      'invalid_input',
      `The query of the URL: ${describeUnknownNames(unknown, known)}`,
    );
  }
  const values = Array.from(given, ([name, all]): [string, unknown] => [
    name,
    all.length > 1 ? all : all[0],
  ]);
  return Object.fromEntries(values);
}
