import { bodyLimit } from 'hono/body-limit';
import { ApiError } from '../errors/api-error.ts';

const KILOBYTE = 1024;

/** Refuses bodies that are larger than `maxSize`, in bytes. */
export function limitBody(maxSize: number) {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new ApiError(
        'payload_too_large',
        `The request is larger than ${Math.floor(maxSize / KILOBYTE)} KB.`,
      );
    },
  });
}
