import { z } from 'zod';
import type { OpenStream } from './contract-client.ts';

/**
 * Random enough that gzip makes it little smaller, so that its frame can be cut in the middle of a
 * block.
 */
export const LARGE_TEXT = Array.from({ length: 3000 }, (_, n) => Math.sin(n).toString(36)).join(
  ' ',
);
/**
 * Bytes of a stream after which it is in that frame, compressed or not, when only a few small ones
 * were before.
 */
export const MIDDLE_OF_LARGE = 12_000;

/** A message of a workflow, as each surface has it. */
const messageSchema = z.looseObject({ type: z.string(), data: z.unknown() });
const heardSchema = z.union([
  messageSchema,
  z.looseObject({ message: messageSchema }).transform(({ message }) => message),
]);
const textSchema = z
  .object({ message: z.string() })
  .transform(({ message }) => message)
  .or(z.object({ content: z.string() }).transform(({ content }) => content));

/** The texts of the statuses and tokens it heard, in order. */
export function textsOf({ heard }: OpenStream): readonly string[] {
  return heard.flatMap((each) => {
    if (each.kind !== 'event') return [];
    const message = heardSchema.safeParse(each.data).data;
    return ['status', 'token'].includes(message?.type ?? '')
      ? [textSchema.parse(message?.data)]
      : [];
  });
}

/** The ids of the events it heard, in order. */
export function idsOf({ heard }: OpenStream): readonly string[] {
  return heard.flatMap((each) => (each.kind === 'event' ? [each.id] : []));
}

export function errorsOf({ heard }: OpenStream): readonly (string | null)[] {
  return heard.flatMap((each) => (each.kind === 'error' ? [each.code] : []));
}

export function statesOf({ heard }: OpenStream): readonly string[] {
  return heard.flatMap((each) => (each.kind === 'state' ? [each.state] : []));
}

export function pingsOf({ heard }: OpenStream): number {
  return heard.filter(({ kind }) => kind === 'ping').length;
}
