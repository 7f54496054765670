import { TimeSlice, untilAborted } from '@runtape/async';
import { type EmittedEvent, type EventData, RESTARTED, type Usage } from '@runtape/events';
import type { Meter } from '../../define/spending.ts';
import type { TextOptions, TextSource } from '../../define/text-source.ts';
import { EngineError } from '../../errors.ts';
import { type ReadChunk, readChunk } from './read-chunk.ts';
import { endFailure, streamFailure, tooLong } from './text-failures.ts';

/** The longest text, in characters. */
const MAX_CHARS = 4_000_000;
/** The longest content of one event, in characters; longer chunks are divided. */
const MAX_CHUNK_CHARS = 16_384;
/** A high value for code, so that estimates are too low rather than too high. */
const CHARS_PER_TOKEN = 4;

export interface TextPartsOptions {
  /** Emits an event in a step; `undefined` for outside any. */
  readonly emit: (event: EmittedEvent, step: string | undefined) => Promise<void>;
  /** The step that the caller runs in. */
  readonly currentStep: () => string | undefined;
  readonly meter: () => Meter;
  readonly signal: AbortSignal;
}

/** The texts that an attempt streams by `ctx.text`. */
export class TextParts {
  readonly #options: TextPartsOptions;
  readonly #open = new Set<string>();
  /** The parts whose stream failed, with the step of what was written. */
  readonly #broken = new Map<string, string | undefined>();

  constructor(options: TextPartsOptions) {
    this.#options = options;
  }

  /** See `WorkflowContext.text`. */
  async write(
    part: string,
    source: TextSource | PromiseLike<TextSource>,
    options: TextOptions = {},
  ): Promise<string> {
    const { signal } = this.#options;
    signal.throwIfAborted();
    if (this.#open.has(part)) {
      throw new EngineError(
        'part_in_use',
        `The text "${part}" is being written already. Give each text that is written at the same time its own part.`,
      );
    }
    this.#open.add(part);
    try {
      return await this.#write(part, source, options);
    } finally {
      this.#open.delete(part);
    }
  }

  async #write(
    part: string,
    source: TextSource | PromiseLike<TextSource>,
    options: TextOptions,
  ): Promise<string> {
    const step = this.#options.currentStep();
    const emit = (content: string, more: Partial<EventData<'token'>> = {}): Promise<void> =>
      this.#options.emit(
        { type: 'token', data: { part, content, isComplete: false, ...more } },
        step,
      );
    await this.#restart(part);
    const text = new GrowingText(part, emit);
    try {
      const end = await this.#stream(part, source, text, options);
      await emit('', { isComplete: true, ...(end !== null && { metadata: end }) });
      return text.written;
    } catch (error) {
      if (text.written !== '') this.#broken.set(part, step);
      throw error;
    }
  }

  /** A text that is written again, after its stream failed, begins anew. */
  async #restart(part: string): Promise<void> {
    if (!this.#broken.has(part)) return;
    const step = this.#broken.get(part);
    this.#broken.delete(part);
    const data = { part, content: '', isComplete: true, metadata: { finishReason: RESTARTED } };
    await this.#options.emit({ type: 'token', data }, step);
  }

  /** @returns what the model says of the end; `null` for a stream of strings. */
  async #stream(
    part: string,
    source: TextSource | PromiseLike<TextSource>,
    text: GrowingText,
    options: TextOptions,
  ): Promise<EventData<'token'>['metadata'] | null> {
    const { signal } = this.#options;
    const price = (usage: Usage | null): number | null =>
      usage === null ? null : (options.cost?.(usage) ?? null);
    let isModel = false;
    let end: ReadChunk['end'];
    let usage: Usage | null = null;
    using meter = options.agent?.meter() ?? this.#options.meter();
    const slice = new TimeSlice({ signal });
    for await (const chunk of chunksOf(part, source, signal)) {
      const read = typeof chunk === 'string' ? { text: chunk } : readChunk(chunk);
      if (read === null) throw invalidStream(part);
      isModel ||= typeof chunk !== 'string';
      if ('error' in read) {
        signal.throwIfAborted();
        throw streamFailure(part, read.error);
      }
      if (slice.due) await slice.yield();
      if (read.text !== undefined) await text.add(read.text);
      end = endAfter(end, read.end);
      usage = read.usage ?? usage;
      if (isModel && usage === null) {
        const outputTokens = Math.ceil(text.written.length / CHARS_PER_TOKEN);
        const estimated = { inputTokens: 0, outputTokens, totalTokens: outputTokens };
        meter.estimate({ usage: estimated, cost: price(estimated) });
      }
    }
    await text.end();
    if (!isModel) return null;
    await meter.count({ usage, cost: price(usage) });
    const failure = endFailure(part, end);
    if (failure !== null) throw failure;
    return {
      ...(end !== undefined && { finishReason: end.reason }),
      ...(usage !== null && { usage }),
    };
  }
}

/** A refusal stays one, whatever the model says after it. */
function endAfter(before: ReadChunk['end'], next: ReadChunk['end']): ReadChunk['end'] {
  return before?.kind === 'refused' ? before : (next ?? before);
}

/** A text in token events of a bounded size, none of which ends in half a character. */
class GrowingText {
  readonly #part: string;
  readonly #emit: (content: string) => Promise<void>;
  /** The first half of a surrogate pair. */
  #half = '';
  written = '';

  constructor(part: string, emit: (content: string) => Promise<void>) {
    this.#part = part;
    this.#emit = emit;
  }

  async add(chunk: string): Promise<void> {
    const text = this.#half + chunk;
    const isHalf = /[\uD800-\uDBFF]$/.test(text);
    this.#half = isHalf ? text.slice(-1) : '';
    await this.#write(isHalf ? text.slice(0, -1) : text);
  }

  async end(): Promise<void> {
    await this.#write(this.#half);
  }

  async #write(text: string): Promise<void> {
    if (this.written.length + text.length > MAX_CHARS) throw tooLong(this.#part, MAX_CHARS);
    for (let at = 0; at < text.length;) {
      const isCut = /[\uD800-\uDBFF]/.test(text.charAt(at + MAX_CHUNK_CHARS - 1));
      const content = text.slice(at, at + MAX_CHUNK_CHARS - (isCut ? 1 : 0));
      this.written += content;
      at += content.length;
      await this.#emit(content);
    }
  }
}

/**
 * Reads the chunks of a stream until it ends or the signal aborts. What the stream throws becomes a
 * failure with a code; a stream that does not react to an abort is left behind.
 */
async function* chunksOf(
  part: string,
  source: TextSource | PromiseLike<TextSource>,
  signal: AbortSignal,
): AsyncGenerator<unknown, void> {
  const iterator = await guarded(part, signal, async () => {
    const stream = streamIn(await source);
    return isAsyncIterable(stream) ? stream[Symbol.asyncIterator]() : null;
  });
  if (iterator === null) throw invalidStream(part);
  let isOver = false;
  try {
    for (;;) {
      const next = await guarded(part, signal, () => iterator.next());
      isOver = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not awaited: a stream that hangs would hang here, too.
    if (!isOver) void close(iterator);
  }
}

async function guarded<T>(part: string, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  try {
    return await untilAborted(run(), signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw streamFailure(part, error);
  }
}

async function close(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // Nobody waits for it any more.
  }
}

/** The AI SDK's `fullStream` tells of errors and of the end, which its `textStream` does not. */
function streamIn(given: unknown): unknown {
  const isResult = typeof given === 'object' && given !== null && 'fullStream' in given;
  return isResult ? given.fullStream : given;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function invalidStream(part: string): EngineError {
  return new EngineError(
    'invalid_stream',
    `ctx.text cannot read the stream of the text "${part}". Pass an async iterable of strings, a stream of OpenAI, or what the AI SDK's streamText returns.`,
  );
}
