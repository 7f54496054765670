import { isRecord, type ForeignObject } from './foreign-json.ts';
import { wordList } from '../../text/word-list.ts';

/**
 * Fields that a conversation already has, or that only an answer may have. Endpoints reject them in
 * requests.
 */
const NOT_ECHOED: ReadonlySet<string> = new Set(
  wordList(`
  role content refusal tool_calls function_call annotations audio logprobs index id type
  function name finish_reason stop_reason token_ids padding obfuscation
`),
);
const MAX_FIELDS = 50;
/** The maximum length of all texts in the fields of one message. */
const MAX_CHARS = 2_000_000;

/**
 * Collects the non-standard fields of a message or tool call (`reasoning_content`,
 * `reasoning_details`, signatures), which must be sent back unchanged. Pieces of a streamed field
 * are joined as in the protocol: texts and lists are appended, list items with the same `index` and
 * objects are merged.
 */
export class ExtraFields {
  readonly #fields = new Map<string, unknown>();
  #chars = 0;

  add(delta: ForeignObject): void {
    for (const [name, value] of Object.entries(delta)) {
      if (value === null || value === undefined || NOT_ECHOED.has(name)) continue;
      if (!this.#fields.has(name) && this.#fields.size >= MAX_FIELDS) return;
      this.#chars += typeof value === 'string' ? value.length : JSON.stringify(value).length;
      if (this.#chars > MAX_CHARS) return;
      const before = this.#fields.get(name);
      this.#fields.set(
        name,
        before === undefined ? structuredClone(value) : merge(before, value, name),
      );
    }
  }

  /** The fields to send back. */
  all(): Record<string, unknown> {
    return Object.fromEntries(this.#fields);
  }
}

/** Fields whose text arrives complete in each chunk, so repetitions are not appended. */
const WHOLE_TEXTS: ReadonlySet<string> = new Set(['type', 'id', 'format', 'name', 'role']);

function merge(before: unknown, piece: unknown, name: string): unknown {
  if (before === undefined || before === null) return piece;
  if (piece === undefined || piece === null) return before;
  if (typeof before === 'string' && typeof piece === 'string') {
    return WHOLE_TEXTS.has(name) ? piece : before + piece;
  }
  if (Array.isArray(before) && Array.isArray(piece)) return mergeLists(before, piece);
  if (isRecord(before) && isRecord(piece)) {
    const merged = new Map(Object.entries(before));
    for (const [key, value] of Object.entries(piece))
      merged.set(key, merge(merged.get(key), value, key));
    return Object.fromEntries(merged);
  }
  return piece;
}

/** Extends our own copy in place: copying it for every chunk would take quadratic time. */
function mergeLists(list: unknown[], pieces: readonly unknown[]): unknown[] {
  for (const piece of pieces) {
    const last: unknown = list.at(-1);
    const continues =
      isRecord(piece) &&
      isRecord(last) &&
      piece['index'] !== undefined &&
      piece['index'] === last['index'] &&
      piece['type'] === last['type'];
    if (continues) list[list.length - 1] = merge(last, piece, '');
    else list.push(piece);
  }
  return list;
}
