import type { OtherType } from './event.ts';

const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,99}$/;

/** Built-in types without a colon, messages of a stream, and events of an `EventSource`. */
const RESERVED: ReadonlySet<string> = new Set([
  'token',
  'status',
  'reset',
  'cursor',
  'message',
  'open',
  'error',
]);

/**
 * Returns whether a workflow definition may declare an event type: at most 100 letters, digits,
 * dots, dashes and underscores, starting with a letter. Names with a colon belong to Runtape.
 */
export function isCustomType(type: string): type is OtherType {
  return NAME.test(type) && !RESERVED.has(type);
}
