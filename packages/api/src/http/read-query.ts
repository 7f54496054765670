import { describeUnknownNames } from '@runtape/events';
import type { z } from 'zod';
import { ApiError } from '../errors.ts';

/** Added by clients, not by people: `_` keeps caches out, `evs_…` comes from a polyfill of EventSource. */
const ADDED = /^(?:_|evs_)/;

/**
 * The parameters in the query of a request; a name that comes several times is a list.
 * @param schema has the names that are known; with `null` all are taken.
 * @throws ApiError `invalid_input` for a name that nobody knows: `formt=simple` would quietly be another format.
 */
export function readQuery({ url }: Request, schema: z.ZodObject | null): Record<string, unknown> {
  const { searchParams } = new URL(url);
  const names = [...new Set(searchParams.keys())];
  const known = Object.keys(schema?.shape ?? {});
  const unknown = names.filter((name) => !known.includes(name) && !ADDED.test(name));
  if (schema !== null && unknown.length > 0) {
    throw new ApiError(
      'invalid_input',
      `The query of the URL: ${describeUnknownNames(unknown, known)}`,
    );
  }
  const values = names.map((name): [string, unknown] => {
    const all = searchParams.getAll(name);
    return [name, all.length > 1 ? all : all[0]];
  });
  return Object.fromEntries(values);
}
