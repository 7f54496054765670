import { readArguments } from './read-arguments.ts';
import { ExtraFields } from './extra-fields.ts';
import type { CallPiece } from './read-chunk.ts';

/** Further calls in one answer are omitted. */
const MAX_CALLS = 128;
/** The limit of one call; longer arguments are cut and therefore invalid JSON. */
const MAX_ARGUMENTS_CHARS = 200_000;
const MAX_CHECKS = 100;
const MAX_NAME_CHARS = 200;
/** The names that endpoints accept in returned messages. */
const NAME = /^[\w-]{1,64}$/;
const NO_NAME = 'unknown_tool';

/** A tool call of the model. */
export interface ToolCall {
  /** The id to send its result with: the model's, or a new one if that is missing or not unique. */
  readonly id: string;
  readonly name: string;
  /** As received; usually JSON. */
  readonly arguments: string;
  /** The provider's non-standard fields of the call, which are sent back. */
  readonly extra: Readonly<Record<string, unknown>>;
}

interface PendingCall {
  readonly index: number | null;
  id: string;
  name: string;
  pieces: string[];
  chars: number;
  checks: number;
  readonly extra: ExtraFields;
}

/**
 * Assembles tool calls from interleaved pieces. Indexes may be missing or all the same; ids and
 * names may come once, in every chunk, or never.
 */
export class ToolCallCollector {
  readonly #calls: PendingCall[] = [];
  readonly #known: ReadonlySet<string>;

  /** @param known the names of the tools that were offered. */
  constructor(known: Iterable<string> = []) {
    this.#known = new Set(known);
  }

  /** Adds the pieces of one chunk. */
  add(pieces: readonly CallPiece[]): void {
    const begun = new Set<PendingCall>();
    for (const piece of pieces) {
      const found = this.#find(piece);
      // A chunk has one piece per call: a second piece with a name is another call.
      const isAnother = found !== undefined && begun.has(found) && piece.name !== '';
      const call = found === undefined || isAnother ? this.#begin(piece) : found;
      if (call === undefined) continue;
      begun.add(call);
      this.#grow(call, piece);
    }
  }

  /** The calls, ordered by the model's index or by their first piece. */
  all(): ToolCall[] {
    const ids = new Set<string>();
    return this.#calls
      .map((call, order) => ({ call, order: call.index ?? order }))
      .sort((a, b) => a.order - b.order)
      .map(({ call }, order) => ({
        id: uniqueId(call.id, order, ids),
        name: this.#readName(call.name),
        arguments: call.pieces.join(''),
        extra: call.extra.all(),
      }));
  }

  /** The call that a piece belongs to; `undefined` for a new one. */
  #find(piece: CallPiece): PendingCall | undefined {
    const { index, id } = piece;
    const last =
      index === null
        ? ((id === '' ? undefined : this.#calls.findLast((call) => call.id === id)) ??
          this.#calls.at(-1))
        : this.#calls.findLast((call) => call.index === index);
    return last === undefined || this.#isAnother(last, piece) ? undefined : last;
  }

  /** Whether a piece begins another call, even if it has the same index. */
  #isAnother(call: PendingCall, { index, id, name, arguments: given }: CallPiece): boolean {
    const hasOtherId = id !== '' && call.id !== '' && id !== call.id;
    if (name === '') return hasOtherId && index === null;
    const isEmpty = call.pieces.length === 0;
    // Some endpoints send a new id with each piece of a call.
    if (!isEmpty && !this.#isWhole(call)) return false;
    if (hasOtherId) return true;
    const beginsArguments = given.trimStart().startsWith('{');
    if (id !== '' && id === call.id) return index === null && !isEmpty && beginsArguments;
    if (name === call.name) return !isEmpty && given !== '';
    return this.#known.has(call.name) && (!isEmpty || this.#known.has(name));
  }

  /** The number of checks is limited, since parsing for each piece would take quadratic time. */
  #isWhole(call: PendingCall): boolean {
    call.checks += 1;
    return call.checks <= MAX_CHECKS && readArguments(call.pieces.join('')) !== null;
  }

  #begin({ index, id }: CallPiece): PendingCall | undefined {
    if (this.#calls.length >= MAX_CALLS) return undefined;
    const call = { index, id, name: '', pieces: [], chars: 0, checks: 0, extra: new ExtraFields() };
    this.#calls.push(call);
    return call;
  }

  #grow(call: PendingCall, piece: CallPiece): void {
    if (call.id === '') call.id = piece.id;
    call.name = grownName(call.name, piece.name).slice(0, MAX_NAME_CHARS);
    const room = MAX_ARGUMENTS_CHARS - call.chars;
    call.chars += piece.arguments.length;
    if (room > 0 && piece.arguments !== '') call.pieces.push(piece.arguments.slice(0, room));
    call.extra.add(piece.extra);
  }

  /** Reads `functions.read_file<|channel|>commentary` as `read_file`, if that tool exists. */
  #readName(name: string): string {
    if (this.#known.has(name)) return name;
    const bare = name.split('<|')[0]?.trim().split(/[.:]/).at(-1) ?? '';
    if (this.#known.has(bare)) return bare;
    return NAME.test(name) ? name : name.replaceAll(/[^\w-]/g, '_').slice(0, 64) || NO_NAME;
  }
}

/** A name arrives once, in pieces, or complete in each chunk. */
function grownName(before: string, piece: string): string {
  if (piece === '' || piece === before) return before;
  return piece.startsWith(before) ? piece : before + piece;
}

function uniqueId(given: string, order: number, taken: Set<string>): string {
  let id = given === '' ? `call_${order}` : given;
  for (let again = 2; taken.has(id); again += 1) id = `${given || 'call'}_${order}_${again}`;
  taken.add(id);
  return id;
}
