import { bodyLimit } from 'hono/body-limit';
import { ApiError } from '../errors.ts';
import { MAX_BODY_BYTES } from './read-json.ts';

/** Refuses bodies that are larger than any input may be. */
export function limitBody() {
  return bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: () => {
      throw new ApiError('payload_too_large', 'The request is larger than 2 MB.');
    },
  });
}
