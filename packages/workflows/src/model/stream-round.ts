import type OpenAI from 'openai';
import type { ToolOffer } from '../tools/tool-box.ts';
import { IdleWatch } from './idle-watch.ts';
import { quirksOf, type Model } from './model-client.ts';
import { badResponse, ContextTooLong, modelFailure, refusalIn } from './model-failure.ts';
import { adaptShape, type RequestShape, type SentRequest } from './request-shape.ts';
import { toParams } from './to-params.ts';
import { type Answer, AnswerAssembler, type Said } from './wire/assemble-answer.ts';
import type { ToolCall } from './wire/collect-tool-calls.ts';
import { NotAnEndpoint, readStream, UnreadableAnswer } from './wire/read-stream.ts';
import { WholeCharacters } from '../text/truncate.ts';

/** How many shapes of a request are tried. */
const MAX_SHAPES = 6;
/**
 * After its last word, how long an endpoint has to report usage, and to close the stream, in ms.
 */
const USAGE_WAIT_MS = 3_000;
const CLOSE_WAIT_MS = 500;
/** Comments alone keep a stream alive for this multiple of its silence limit. */
const MOST_COMMENTS = 10;

export interface RoundRequest {
  readonly messages: readonly OpenAI.ChatCompletionMessageParam[];
  /** None for a conversation in which nothing may be called. */
  readonly tools: readonly ToolOffer[];
  /** False makes the model write instead of calling tools. */
  readonly mayCallTools: boolean;
  readonly signal: AbortSignal;
  /** Gets the text as it arrives, in whole characters; the stream waits for it. */
  readonly onText: (text: string) => Promise<void>;
  /** Receives the model's thoughts. Default: ignored. */
  readonly thoughts?: ThoughtSink | undefined;
}

/** Where thoughts go as they arrive. */
interface ThoughtSink {
  add(text: string): Promise<void>;
  /** A thought is over. */
  end(): Promise<void>;
  /** All that was handed to `onText` in this round was a thought. */
  turnText(text: string): Promise<void>;
}

/** What the model answered once, as far as it is believed. */
export interface RoundAnswer extends Omit<Answer, 'ending'> {
  readonly toolCalls: readonly ToolCall[];
  /** The model, or its endpoint, stopped before its end. */
  readonly isCut: boolean;
  /** The endpoint, or the model, takes back what it said. */
  readonly isRefused: boolean;
}

/**
 * Asks the model once and streams its answer. Parameters that the endpoint refuses are left out,
 * and remembered.
 * @throws the signal's reason once it aborts, which also ends the HTTP request; otherwise a
 *    `FatalError` or `RetryableError`.
 */
export async function streamRound(model: Model, request: RoundRequest): Promise<RoundAnswer> {
  const tried = new Set<string>();
  let { shape } = quirksOf(model);
  for (;;) {
    const reading = new Reading(model, request, shape);
    try {
      const answer = await reading.answer();
      remember(model, shape, reading);
      return believed(answer);
    } catch (error) {
      request.signal.throwIfAborted();
      if (reading.hasOwnError) throw error;
      const refusal = reading.hasBegun ? null : refusalIn(error);
      const failure = modelFailure(error, model);
      tried.add(JSON.stringify(shape));
      const isAboutShape = refusal !== null && !(failure instanceof ContextTooLong);
      const next = isAboutShape ? adaptShape(shape, refusal.error, sentOf(request, shape)) : null;
      if (next === null || tried.has(JSON.stringify(next)) || tried.size >= MAX_SHAPES)
        throw failure;
      shape = next;
    }
  }
}

/** One request, and what comes back. */
class Reading {
  readonly #model: Model;
  readonly #request: RoundRequest;
  readonly #shape: RequestShape;
  readonly #characters = new WholeCharacters();
  readonly #thoughtCharacters = new WholeCharacters();
  readonly #assembler: AnswerAssembler;
  /** The endpoint took the request. */
  #isAnswered = false;
  /** It ended with an error of whoever listens, which is no matter of the endpoint's. */
  hasOwnError = false;
  /** It thinks without saying so. */
  thinksUnannounced: boolean;

  constructor(model: Model, request: RoundRequest, shape: RequestShape) {
    this.#model = model;
    this.#request = request;
    this.#shape = shape;
    this.thinksUnannounced = quirksOf(model).thinksUnannounced;
    this.#assembler = new AnswerAssembler({
      tools: request.mayCallTools ? request.tools.map(({ name }) => name) : [],
      thinksUnannounced: this.thinksUnannounced,
    });
  }

  /** Whether the model has said anything. */
  get hasBegun(): boolean {
    return this.#assembler.hasBegun;
  }

  async answer(): Promise<Answer> {
    using watch = new IdleWatch();
    try {
      await this.#read(watch);
    } catch (error) {
      this.#request.signal.throwIfAborted();
      if (this.hasOwnError) throw error;
      // Whatever comes, or does not come, behind the end of an answer takes nothing from it.
      if (this.#assembler.expects === 'answer') throw this.#why(error, watch.signal);
    }
    watch.pause();
    await this.#tell(this.#assembler.rest());
    await this.#say(this.#characters.rest());
    const answer = this.#assembler.answer();
    // What it held back for nothing it does not hold back the next time.
    if (!answer.hasThoughts && answer.text !== '') this.thinksUnannounced = false;
    return answer;
  }

  /** The cause: our own time-out, the endpoint's error, or a broken connection. */
  #why(error: unknown, { aborted, reason }: AbortSignal): unknown {
    if (aborted) return reason;
    const isKnown =
      refusalIn(error) !== null ||
      error instanceof UnreadableAnswer ||
      error instanceof NotAnEndpoint;
    return this.#isAnswered && !isKnown ? badResponse('broke off before its end', error) : error;
  }

  async #read(watch: IdleWatch): Promise<void> {
    const { client, apiKey, now, idle } = this.#model;
    const signal = AbortSignal.any([this.#request.signal, watch.signal]);
    watch.wait(idle.firstMs);
    const response = await client.chat.completions
      .create(toParams(this.#model, this.#request, this.#shape), { signal })
      .asResponse();
    this.#isAnswered = true;
    let lastWordAt = performance.now();
    const onLife = (isWord: boolean): void => {
      if (isWord) lastWordAt = performance.now();
      if (performance.now() - lastWordAt < MOST_COMMENTS * this.#limitMs) watch.heard();
    };
    const circumstances = { now: now(), secret: apiKey };
    for await (const item of readStream(response, { circumstances, onLife, signal })) {
      watch.pause();
      if (item.kind === 'done') this.#assembler.done();
      else await this.#tell(this.#assembler.add(item.value));
      watch.wait(this.#limitMs);
    }
  }

  /** The time limit for what is still expected. */
  get #limitMs(): number {
    const { firstMs, betweenMs } = this.#model.idle;
    switch (this.#assembler.expects) {
      case 'answer':
        return this.hasBegun ? betweenMs : firstMs;
      case 'usage':
        return Math.min(betweenMs, USAGE_WAIT_MS);
      case 'nothing':
        return Math.min(betweenMs, CLOSE_WAIT_MS);
    }
  }

  async #tell(said: readonly Said[]): Promise<void> {
    try {
      await this.#hand(said);
    } catch (error) {
      this.hasOwnError = true;
      throw error;
    }
  }

  async #hand(said: readonly Said[]): Promise<void> {
    const { thoughts } = this.#request;
    for (const piece of said) {
      switch (piece.kind) {
        case 'text':
          await this.#say(this.#characters.take(piece.text));
          break;
        case 'thought':
          await thoughts?.add(this.#thoughtCharacters.take(piece.text));
          break;
        case 'thought-end':
          await thoughts?.add(this.#thoughtCharacters.rest());
          await thoughts?.end();
          break;
        case 'was-thought':
          this.thinksUnannounced = true;
          await thoughts?.turnText(piece.text);
          break;
      }
    }
  }

  async #say(text: string): Promise<void> {
    if (text !== '') await this.#request.onText(text);
  }
}

function remember(model: Model, shape: RequestShape, { thinksUnannounced }: Reading): void {
  const before = quirksOf(model);
  model.memory.keep(model.name, { ...before, shape, thinksUnannounced });
}

/** @throws RetryableError `model_bad_response` when nothing of the answer is to be relied on. */
function believed({ ending, ...answer }: Answer): RoundAnswer {
  const isRefused = ending === 'filtered' || answer.refusal !== '';
  if (ending === 'broken' && !isRefused) throw badResponse(brokenBecause(answer.finishReason));
  return { ...answer, isCut: ending === 'cut', isRefused };
}

function brokenBecause(finishReason: string): string {
  const reason = finishReason.slice(0, 50).replaceAll(/[^\w .-]/g, '');
  return reason === ''
    ? 'broke off before its end'
    : `broke off before its end: the endpoint ended it with "${reason}"`;
}

function sentOf(request: RoundRequest, shape: RequestShape): SentRequest {
  const { messages, tools, mayCallTools } = request;
  return {
    hasTools: tools.length > 0 && (mayCallTools || shape.keepsTools),
    hasToolMessages: messages.some(({ role }) => role === 'tool'),
    hasExtraFields: messages.some(({ role }) => role === 'assistant'),
  };
}
