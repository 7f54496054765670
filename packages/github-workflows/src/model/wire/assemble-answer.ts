import type { Usage } from '@runtape/events';
import type OpenAI from 'openai';
import { type ToolCall, ToolCallCollector } from './collect-tool-calls.ts';
import { ExtraFields } from './extra-fields.ts';
import { type Ending, isKnownEnd, judgeEnding } from './judge-ending.ts';
import { readArguments } from './read-arguments.ts';
import { readChunk } from './read-chunk.ts';
import { UnreadableAnswer } from './read-stream.ts';
import { isBareCall, readTextCalls } from './read-text-calls.ts';
import { addUsageReport, NO_USAGE, finalUsage } from './read-usage.ts';
import { AnswerSplitter, type SplitPart } from './split-answer.ts';

/** The limit of text and thoughts together, above the output of any model. */
const MAX_WRITTEN_CHARS = 4_000_000;

/** A piece of a streaming answer. */
export type AnswerDelta =
  | { readonly kind: 'text' | 'thought'; readonly text: string }
  | { readonly kind: 'thought-end' }
  /** All text so far turned out to be a thought. */
  | { readonly kind: 'was-thought'; readonly text: string };

/** A complete answer. */
export interface Answer {
  /** Without thoughts and without calls written as text. */
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  /** The text contains a tool call that cannot be parsed. */
  readonly hasUnreadableCall: boolean;
  readonly hasThoughts: boolean;
  readonly refusal: string;
  readonly ending: Ending;
  /** As sent; empty if missing. */
  readonly finishReason: string;
  /** `null` if the endpoint reports no usage. */
  readonly usage: Usage | null;
  /** The message to send back to the endpoint. */
  readonly message: OpenAI.ChatCompletionAssistantMessageParam;
}

export interface AssemblerOptions {
  /** The names of the available tools. */
  readonly tools: readonly string[];
  /**
   * The model's thoughts begin without a tag: text is held back until it is known not to be one.
   */
  readonly thinksUnannounced: boolean;
}

/** Assembles an answer from its chunks. */
export class AnswerAssembler {
  readonly #options: AssemblerOptions;
  readonly #splitter = new AnswerSplitter();
  readonly #calls: ToolCallCollector;
  readonly #extra = new ExtraFields();
  #usage = NO_USAGE;
  #finishReason = '';
  #refusal = '';
  #text = '';
  /** Text that may still turn out to be thoughts. */
  #held = '';
  /** The content as received. */
  #content = '';
  readonly #parts: unknown[] = [];
  #textCalls: string[] = [];
  #written = 0;
  #hasThoughts = false;
  /** Thoughts in a separate field have no end marker; the following text ends them. */
  #isThinking = false;
  #hasCalls = false;
  #isDone = false;
  #wroteAfterEnd = false;

  constructor(options: AssemblerOptions) {
    this.#options = options;
    this.#calls = new ToolCallCollector(options.tools);
  }

  /** Whether the model has produced any output, including thoughts. */
  get hasBegun(): boolean {
    return this.#written > 0 || this.#hasCalls || this.#refusal !== '';
  }

  /** What is still expected: the answer, only its usage, or nothing. */
  get expects(): 'answer' | 'usage' | 'nothing' {
    // Some endpoints send a meaningless finish reason in every chunk.
    const isOver = isKnownEnd(this.#finishReason) && !this.#wroteAfterEnd;
    if (this.#isDone) return 'nothing';
    if (!isOver) return 'answer';
    return this.#usage === NO_USAGE ? 'usage' : 'nothing';
  }

  /** The endpoint reported the end of the stream. */
  done(): void {
    this.#isDone = true;
  }

  /** Adds a chunk. @throws UnreadableAnswer if the answer exceeds the limit. */
  add(raw: unknown): AnswerDelta[] {
    const pieces = readChunk(raw);
    const { text, thoughts, calls } = pieces;
    const hadEnd = isKnownEnd(this.#finishReason);
    if (hadEnd && (text !== '' || thoughts !== '' || calls.length > 0)) this.#wroteAfterEnd = true;
    this.#usage = addUsageReport(this.#usage, pieces.usage);
    if (pieces.finishReason !== '') this.#finishReason = pieces.finishReason;
    this.#refusal += pieces.refusal;
    this.#extra.add(pieces.message);
    this.#hasCalls ||= calls.length > 0;
    this.#calls.add(calls);
    this.#content += text;
    this.#keepParts(text, pieces.otherParts);
    this.#written += text.length + thoughts.length;
    if (this.#written > MAX_WRITTEN_CHARS) throw new UnreadableAnswer('does not end');
    const deltas: AnswerDelta[] = [];
    if (thoughts !== '') {
      this.#hasThoughts = true;
      this.#isThinking = true;
      deltas.push({ kind: 'thought', text: thoughts });
    }
    if (text !== '') deltas.push(...this.#endThinking(), ...this.#take(this.#splitter.add(text)));
    return deltas;
  }

  /** Returns the held-back text at the end of the stream. */
  rest(): AnswerDelta[] {
    const deltas = [...this.#endThinking(), ...this.#take(this.#splitter.end())];
    const held = this.#held;
    this.#held = '';
    return held === '' ? deltas : [...deltas, { kind: 'text', text: held }];
  }

  /** Returns the answer. Call it after `rest`. */
  answer(): Answer {
    const { tools } = this.#options;
    const known = new Set(tools);
    const native = this.#calls.all();
    const isBare =
      native.length === 0 && this.#textCalls.length === 0 && isBareCall(this.#text, known);
    const written = isBare ? [this.#text] : this.#textCalls;
    const fromText = native.length > 0 ? [] : this.#readWritten(written, known);
    const toolCalls = native.length > 0 ? native : fromText;
    const text = isBare ? '' : this.#text;
    return {
      text,
      toolCalls,
      hasUnreadableCall: toolCalls.length === 0 && written.length > 0,
      hasThoughts: this.#hasThoughts,
      refusal: this.#refusal,
      ending: judgeEnding({
        finishReason: this.#finishReason,
        isDone: this.#isDone,
        text: this.#text,
        calls: completeness(toolCalls),
      }),
      finishReason: this.#finishReason,
      usage: finalUsage(this.#usage, this.#written),
      message: this.#message(toolCalls, fromText.length > 0 ? text : null),
    };
  }

  #readWritten(written: readonly string[], known: ReadonlySet<string>): ToolCall[] {
    const collector = new ToolCallCollector(known);
    const calls = written.flatMap((text) => readTextCalls(text, known));
    collector.add(
      calls.map(({ name, arguments: given }, index) => ({
        index,
        id: '',
        name,
        arguments: given,
        extra: {},
      })),
    );
    return collector.all();
  }

  #take(parts: readonly SplitPart[]): AnswerDelta[] {
    const deltas: AnswerDelta[] = [];
    for (const part of parts) {
      switch (part.kind) {
        case 'text':
          if (this.#options.thinksUnannounced) this.#held += part.text;
          else deltas.push({ kind: 'text', text: part.text });
          this.#text += part.text;
          break;
        case 'thought':
          this.#hasThoughts = true;
          deltas.push({ kind: 'thought', text: part.text });
          break;
        case 'thought-end':
          deltas.push({ kind: 'thought-end' });
          break;
        case 'call':
          if (this.#isNewCall) this.#textCalls.push('');
          this.#isNewCall = false;
          this.#textCalls.push(`${this.#textCalls.pop() ?? ''}${part.text}`);
          break;
        case 'call-end':
          this.#isNewCall = true;
          break;
        case 'was-thought':
          deltas.push(...this.#turnIntoThought());
          break;
      }
    }
    return deltas;
  }

  #isNewCall = true;

  #turnIntoThought(): AnswerDelta[] {
    const text = this.#text;
    this.#hasThoughts = true;
    this.#text = '';
    if (!this.#options.thinksUnannounced) return [{ kind: 'was-thought', text }];
    this.#held = '';
    return [{ kind: 'thought', text }, { kind: 'thought-end' }];
  }

  #endThinking(): AnswerDelta[] {
    const wasThinking = this.#isThinking;
    this.#isThinking = false;
    return wasThinking ? [{ kind: 'thought-end' }] : [];
  }

  /** Content in parts is sent back in parts, with neighbouring texts joined. */
  #keepParts(text: string, others: readonly unknown[]): void {
    this.#parts.push(...others);
    const last = this.#parts.at(-1);
    if (text === '') return;
    if (last instanceof TextPart) last.text += text;
    else this.#parts.push(new TextPart(text));
  }

  #message(
    calls: readonly ToolCall[],
    ownContent: string | null,
  ): OpenAI.ChatCompletionAssistantMessageParam {
    const hasParts = this.#parts.some((part) => !(part instanceof TextPart));
    const parts = this.#parts.map((part) =>
      part instanceof TextPart ? { type: 'text', text: part.text } : part,
    );
    const content = ownContent ?? this.#content;
    const message: OpenAI.ChatCompletionAssistantMessageParam = {
      role: 'assistant',
      content: content === '' ? null : content,
      ...(calls.length > 0 && { tool_calls: calls.map(toRequestCall) }),
    };
    // Non-standard fields have no types.
    return Object.assign(
      message,
      this.#extra.all(),
      hasParts && ownContent === null && { content: parts },
    );
  }
}

class TextPart {
  text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function completeness(calls: readonly ToolCall[]): 'none' | 'whole' | 'partial' {
  if (calls.length === 0) return 'none';
  return calls.every((call) => readArguments(call.arguments) !== null) ? 'whole' : 'partial';
}

/** Endpoints validate returned messages, so arguments that are not JSON are omitted. */
function toRequestCall(call: ToolCall): OpenAI.ChatCompletionMessageToolCall {
  const { function: onFunction, ...extra } = call.extra;
  const named = { name: call.name, arguments: jsonOf(call.arguments) };
  return {
    ...extra,
    id: call.id,
    type: 'function',
    function: typeof onFunction === 'object' ? { ...onFunction, ...named } : named,
  };
}

function jsonOf(given: string): string {
  const read = readArguments(given);
  if (read === null) return '{}';
  try {
    const value: unknown = JSON.parse(given);
    // Unchanged if possible, since a provider may have signed the arguments.
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return given;
  } catch {
    // Otherwise the arguments as they were parsed.
  }
  return JSON.stringify(read);
}
