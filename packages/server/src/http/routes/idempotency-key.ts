import { idempotencyKeySchema } from '@runtape/events';
import { check } from '../route.ts';

/** The key in the header. @throws ApiError `invalid_input` when it is too long. */
export function idempotencyKeyOf({ headers }: Request): string | undefined {
  const key = headers.get('idempotency-key');
  return key === null ? undefined : check(idempotencyKeySchema, key);
}
