import { asRecord, type ForeignObject } from './foreign-json.ts';

/** A piece of a tool call. */
export interface CallPiece {
  /** The index of the call within the message; `null` if the endpoint sends none. */
  readonly index: number | null;
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
  /** The provider's non-standard fields of the call. */
  readonly extra: ForeignObject;
}

/** The content of one chunk. Every field may be missing; invalid parts are omitted. */
export interface ChunkPieces {
  readonly text: string;
  /** Parts of the content that are not text, as received. */
  readonly otherParts: readonly unknown[];
  readonly thoughts: string;
  readonly refusal: string;
  readonly calls: readonly CallPiece[];
  /** Empty if the chunk has none. */
  readonly finishReason: string;
  readonly usage: unknown;
  /** The delta or message as received, for its non-standard fields. */
  readonly message: ForeignObject;
}

/** A chunk with more pieces than this is invalid. */
const MAX_PIECES = 1_000;
const MAX_PART_DEPTH = 4;
/** The fields for thoughts; providers that fill several of them repeat the same text. */
const THOUGHT_FIELDS = ['reasoning_content', 'reasoning', 'thinking', 'reasoning_text'];

/**
 * Reads a chunk of a streamed answer, or a whole answer. The SDK does not validate chunks, and a
 * base URL may lead anywhere.
 */
export function readChunk(raw: unknown): ChunkPieces {
  const chunk = asRecord(raw);
  const choice = firstChoice(chunk['choices']);
  const message = asRecord(choice['delta'] ?? choice['message']);
  const content = readContent(message['content'] ?? choice['text']);
  return {
    text: content.text,
    otherParts: content.otherParts,
    thoughts: readThoughts(message) + content.thoughts,
    refusal: asText(message['refusal']),
    calls: readCalls(message),
    finishReason: asText(choice['finish_reason']),
    usage: chunk['usage'] ?? choice['usage'] ?? asRecord(chunk['x_groq'])['usage'],
    message,
  };
}

/** Some endpoints send several choices; only the first is used. */
function firstChoice(choices: unknown): ForeignObject {
  if (!Array.isArray(choices)) return {};
  const first: unknown = choices
    .slice(0, MAX_PIECES)
    .find((choice) => Number(asRecord(choice)['index'] ?? 0) === 0);
  return asRecord(first);
}

interface Content {
  text: string;
  thoughts: string;
  otherParts: unknown[];
}

/** Content is a text, or a list of parts, some of which may be thoughts. */
function readContent(content: unknown): Content {
  const read: Content = { text: '', thoughts: '', otherParts: [] };
  if (typeof content === 'string') return { ...read, text: content };
  const parts: readonly unknown[] = Array.isArray(content)
    ? content.slice(0, MAX_PIECES)
    : [content];
  for (const part of parts) {
    if (typeof part === 'string') read.text += part;
    const { type, text } = asRecord(part);
    if (
      type === 'text' ||
      type === 'output_text' ||
      (type === undefined && typeof text === 'string')
    ) {
      read.text += asText(text);
    } else if (type !== undefined) {
      read.otherParts.push(part);
      read.thoughts += textOfPart(part, MAX_PART_DEPTH);
    }
  }
  return read;
}

/**
 * The text of a part with thoughts, e.g. `{type: 'thinking', thinking: [{type: 'text', text}]}`.
 */
function textOfPart(part: unknown, depth: number): string {
  if (typeof part === 'string') return part;
  if (depth === 0) return '';
  if (Array.isArray(part)) {
    return part
      .slice(0, MAX_PIECES)
      .map((one) => textOfPart(one, depth - 1))
      .join('');
  }
  const { thinking, text, reasoning, summary } = asRecord(part);
  return textOfPart(thinking ?? text ?? reasoning ?? summary ?? '', depth - 1);
}

function readThoughts(message: ForeignObject): string {
  for (const field of THOUGHT_FIELDS) {
    const thoughts = asText(message[field]);
    if (thoughts !== '') return thoughts;
  }
  return textOfPart(message['reasoning_details'] ?? '', MAX_PART_DEPTH);
}

function readCalls(message: ForeignObject): CallPiece[] {
  const calls = message['tool_calls'];
  const list: readonly unknown[] = Array.isArray(calls) ? calls : calls == null ? [] : [calls];
  const pieces = list.slice(0, MAX_PIECES).map((call) => readCall(asRecord(call)));
  // The predecessor of tool calls: a single function call.
  const legacy = message['function_call'];
  return legacy == null ? pieces : [...pieces, readCall({ index: 0, function: legacy })];
}

function readCall(call: ForeignObject): CallPiece {
  const { index, id, function: named, ...extra } = call;
  // Some endpoints omit the `function` object around name and arguments.
  const { name, arguments: given, ...rest } = named == null ? call : asRecord(named);
  const { type: _, name: __, arguments: ___, ...callExtra } = extra;
  return {
    index: readIndex(index),
    id: typeof id === 'number' ? String(id) : asText(id),
    name: asText(name),
    arguments: readArguments(given),
    extra: named == null ? callExtra : { ...callExtra, ...functionExtra(rest) },
  };
}

/** Non-standard fields of the function are sent back in the function. */
function functionExtra(rest: ForeignObject): Record<string, unknown> {
  return Object.keys(rest).length === 0 ? {} : { function: rest };
}

function readIndex(index: unknown): number | null {
  const number = index === null || index === '' ? Number.NaN : Number(index);
  return Number.isInteger(number) && number >= 0 ? number : null;
}

/** Arguments are a text, which may be a piece, or a complete object. */
function readArguments(given: unknown): string {
  if (given === null || given === undefined) return '';
  return typeof given === 'string' ? given : JSON.stringify(given);
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
