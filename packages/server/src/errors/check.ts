import type { z } from 'zod';
import { ApiError } from './api-error.ts';
import { describeIssues } from './describe-issues.ts';

/**
 * Returns what a schema makes of a value.
 * @param whole the name of the value in messages. Default: `The input`.
 * @throws ApiError `invalid_input`.
 */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  whole?: string,
): z.output<Schema> {
  return resultOf(schema.safeParse(value), whole);
}

/** The same as `check`, for a schema that may be asynchronous. */
export async function checkAsync<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  whole?: string,
): Promise<z.output<Schema>> {
  return resultOf(await schema.safeParseAsync(value), whole);
}

function resultOf<Value>({ error, data }: z.ZodSafeParseResult<Value>, whole?: string): Value {
  if (error !== undefined) throw invalid(error, whole);
  return data;
}

function invalid(cause: z.ZodError, whole?: string): ApiError {
  return new ApiError('invalid_input', describeIssues(cause, whole), { cause });
}
