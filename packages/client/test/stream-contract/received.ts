import { z } from 'zod';
import type { OpenStream } from './contract-client.ts';

/** Compresses badly, so that its frame can be cut in the middle of a gzip block. */
export const LARGE_TEXT = Array.from({ length: 3000 }, (_, n) => Math.sin(n).toString(36)).join(
  ' ',
);
/**
 * A byte offset within the frame of `LARGE_TEXT`, compressed or not, if only a few small frames
 * precede it.
 */
export const MIDDLE_OF_LARGE = 12_000;

const messageSchema = z.looseObject({ type: z.string(), data: z.unknown() });
const receivedSchema = z.union([
  messageSchema,
  z.looseObject({ message: messageSchema }).transform(({ message }) => message),
]);
const textSchema = z
  .object({ message: z.string() })
  .transform(({ message }) => message)
  .or(z.object({ content: z.string() }).transform(({ content }) => content));

/** The texts of the received statuses and tokens, in order. */
export function textsOf({ received }: OpenStream): readonly string[] {
  return received.flatMap((each) => {
    if (each.kind !== 'event') return [];
    const message = receivedSchema.safeParse(each.data).data;
    return ['status', 'token'].includes(message?.type ?? '')
      ? [textSchema.parse(message?.data)]
      : [];
  });
}

/** The ids of the received events, in order. */
export function idsOf({ received }: OpenStream): readonly string[] {
  return received.flatMap((each) => (each.kind === 'event' ? [each.id] : []));
}

export function errorsOf({ received }: OpenStream): readonly (string | null)[] {
  return received.flatMap((each) => (each.kind === 'error' ? [each.code] : []));
}

export function statesOf({ received }: OpenStream): readonly string[] {
  return received.flatMap((each) => (each.kind === 'state' ? [each.state] : []));
}

export function pingsOf({ received }: OpenStream): number {
  return received.filter(({ kind }) => kind === 'ping').length;
}
