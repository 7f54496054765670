import { canonicalJson, type Entry, type JsonValue, jsonSchema } from '@runtape/event-log';
import type { EventOf } from '@runtape/events';

/** The entries of the log that a message was made of. */
export interface MergedRange {
  /** Seq of the first and of the last entry. */
  readonly first: number;
  readonly last: number;
  /** True if it joins tokens that do not belong together. */
  readonly crosses: boolean;
}

/**
 * Finds the entries that a message with the id of entry `last` was made of: that entry, or
 * neighbouring tokens up to it, merged.
 * @param entries the log, entry 1 first.
 * @param position the last entry of the reader; if several ranges match, the one right after it
 *    wins.
 * @returns `null` if no entries match.
 */
export function matchMerged(
  entries: readonly Entry[],
  last: number,
  message: JsonValue,
  position: number,
): MergedRange | null {
  const entry = entries[last - 1];
  if (entry === undefined) return null;
  const received = canonicalJson(message);
  const alone = received === jsonOf(entry) ? { first: last, last, crosses: false } : null;
  if (entry.event.type !== 'token' || (alone !== null && position === last - 1)) return alone;
  let found: MergedRange | null = null;
  for (const merged of tokensUpTo(entries, last, contentOf(message).length)) {
    if (received !== jsonOf(joined(entries.slice(merged.first - 1, last), entry))) continue;
    if (merged.first === position + 1) return merged;
    found ??= merged;
  }
  return found ?? alone;
}

/** Neighbouring tokens up to an entry, with this total length of text. */
function* tokensUpTo(
  entries: readonly Entry[],
  last: number,
  length: number,
): Generator<MergedRange, void> {
  let crosses = false;
  let chars = 0;
  let next: EventOf<'token'> | null = null;
  for (let first = last; first >= 1; first -= 1) {
    const event = entries[first - 1]?.event;
    if (event?.type !== 'token') return;
    if (next !== null) crosses ||= !continues(event, next);
    chars += event.data.content.length;
    if (chars > length) return;
    if (chars === length) yield { first, last, crosses };
    next = event;
  }
}

function continues(left: EventOf<'token'>, right: EventOf<'token'>): boolean {
  return (
    !left.data.isComplete &&
    left.metadata?.spent === undefined &&
    left.data.part === right.data.part &&
    left.metadata?.attempt === right.metadata?.attempt &&
    left.metadata?.step === right.metadata?.step
  );
}

type TokenMetadata = NonNullable<EventOf<'token'>['data']['metadata']>;

/** The last token with the text of all. */
function joined(tokens: readonly Entry[], last: Entry): Entry {
  const all = tokens.flatMap(({ event }) => (event.type === 'token' ? [event.data] : []));
  if (last.event.type !== 'token') return last;
  const metadata: TokenMetadata = {};
  for (const data of all) Object.assign(metadata, data.metadata);
  const content = all.map((data) => data.content).join('');
  const data = { ...last.event.data, content };
  if (Object.keys(metadata).length === 0) return { ...last, event: { ...last.event, data } };
  return { ...last, event: { ...last.event, data: { ...data, metadata } } };
}

const texts = new WeakMap<Entry, string>();

function jsonOf(entry: Entry): string {
  const known = texts.get(entry);
  if (known !== undefined) return known;
  // Keys that JSON omits (because they are undefined) are not compared.
  const text = canonicalJson(jsonSchema.parse(JSON.parse(JSON.stringify(entry.event))));
  texts.set(entry, text);
  return text;
}

/** The text of a token; empty for any other message. */
export function contentOf(message: JsonValue): string {
  const content = fieldOf(fieldOf(message, 'data'), 'content');
  return typeof content === 'string' ? content : '';
}

/** A field of an object, or `null`. */
export function fieldOf(value: JsonValue, key: string): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return value[key] ?? null;
}
