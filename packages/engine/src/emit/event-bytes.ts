import type { EventOf, KnownEvent } from '@runtape/events';

/** The JSON of a token without its texts. */
const ENVELOPE_BYTES = 160;
/** `\u0000`. */
const MOST_BYTES_PER_CHAR = 6;

/**
 * How large an event is as JSON in UTF-8. A plain token that is far below the limit is only estimated, by what its texts take: writing its
 * JSON once more, just to count it, would cost more than all else that is done to it.
 * @param limit an event that is larger is counted exactly.
 */
export function bytesOf(event: KnownEvent, limit: number): number {
  const isPlain = event.type === 'token' && event.data.metadata === undefined;
  if (!isPlain || event.metadata?.spent !== undefined) return exactBytes(event);
  const { content } = event.data;
  const chars = content.length + namesOf(event);
  if (ENVELOPE_BYTES + MOST_BYTES_PER_CHAR * chars > limit) return exactBytes(event);
  return ENVELOPE_BYTES + namesOf(event) + Buffer.byteLength(content);
}

function namesOf({ data, metadata }: EventOf<'token'>): number {
  return data.part.length + (metadata?.step?.length ?? 0);
}

function exactBytes(event: KnownEvent): number {
  return Buffer.byteLength(JSON.stringify(event));
}
