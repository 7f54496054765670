import type OpenAI from 'openai';
import type { ToolOffer } from '../tools/tool-box.ts';
import { IdleWatch } from './idle-watch.ts';
import { quirksOf, type Model } from './model-client.ts';
import { badResponse, ContextTooLong, modelFailure, refusalIn } from './model-failure.ts';
import { requestParams } from './request-params.ts';
import { adaptShape, type RequestShape, type SentRequest } from './request-shape.ts';
import { type Answer, AnswerAssembler, type AnswerDelta } from './wire/assemble-answer.ts';
import type { ToolCall } from './wire/collect-tool-calls.ts';
import { NotAnEndpoint, readStream, UnreadableAnswer } from './wire/read-stream.ts';
import { WholeCharacters } from '../text/truncate.ts';

/** The maximum number of request shapes to try. */
const MAX_SHAPES = 6;
/**
 * How long to wait for the usage report and the end of the stream after the answer is complete, in
 * ms.
 */
const USAGE_WAIT_MS = 3_000;
const CLOSE_WAIT_MS = 500;
/** Comments alone keep a stream open for this multiple of its silence limit. */
const MAX_COMMENTS = 10;

export interface RoundRequest {
  readonly messages: readonly OpenAI.ChatCompletionMessageParam[];
  /** Empty for a conversation without tools. */
  readonly tools: readonly ToolOffer[];
  /** If false, the model must write instead of calling tools. */
  readonly mayCallTools: boolean;
  readonly signal: AbortSignal;
  /** Receives the text as it arrives, in whole characters; the stream waits for it. */
  readonly onText: (text: string) => Promise<void>;
  /** Receives the model's thoughts. Default: ignored. */
  readonly thoughts?: ThoughtSink | undefined;
}

/** The receiver of thoughts as they arrive. */
interface ThoughtSink {
  add(text: string): Promise<void>;
  /** The current thought is complete. */
  end(): Promise<void>;
  /** All text that `onText` received in this round was a thought. */
  turnIntoThought(text: string): Promise<void>;
}

/** One usable answer of the model. */
export interface RoundAnswer extends Omit<Answer, 'ending'> {
  readonly toolCalls: readonly ToolCall[];
  /** The model or its endpoint stopped early. */
  readonly isCut: boolean;
  /** The endpoint or the model withdrew the answer. */
  readonly isRefused: boolean;
}

/**
 * Sends one request to the model and streams its answer. Parameters that the endpoint rejects are
 * omitted, also from later requests.
 * @throws the signal's reason once it aborts, which also ends the HTTP request; otherwise a
 *    `FatalError` or `RetryableError`.
 */
export async function streamRound(model: Model, request: RoundRequest): Promise<RoundAnswer> {
  const tried = new Set<string>();
  let { shape } = quirksOf(model);
  for (;;) {
    const exchange = new Exchange(model, request, shape);
    try {
      const answer = await exchange.answer();
      remember(model, shape, exchange);
      return usableAnswer(answer);
    } catch (error) {
      request.signal.throwIfAborted();
      if (exchange.hasCallbackError) throw error;
      const refusal = exchange.hasBegun ? null : refusalIn(error);
      const failure = modelFailure(error, model);
      tried.add(JSON.stringify(shape));
      const isAboutShape = refusal !== null && !(failure instanceof ContextTooLong);
      const next = isAboutShape
        ? adaptShape(shape, refusal.error, featuresOf(request, shape))
        : null;
      if (next === null || tried.has(JSON.stringify(next)) || tried.size >= MAX_SHAPES)
        throw failure;
      shape = next;
    }
  }
}

/** One request and its response. */
class Exchange {
  readonly #model: Model;
  readonly #request: RoundRequest;
  readonly #shape: RequestShape;
  readonly #characters = new WholeCharacters();
  readonly #thoughtCharacters = new WholeCharacters();
  readonly #assembler: AnswerAssembler;
  /** The response has begun. */
  #isAnswered = false;
  /** A callback of the caller failed, so the error is not the endpoint's. */
  hasCallbackError = false;
  /** Its thoughts may begin without a tag. */
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

  /** Whether the model has produced any output. */
  get hasBegun(): boolean {
    return this.#assembler.hasBegun;
  }

  async answer(): Promise<Answer> {
    using watch = new IdleWatch();
    try {
      await this.#read(watch);
    } catch (error) {
      this.#request.signal.throwIfAborted();
      if (this.hasCallbackError) throw error;
      // An error after the complete answer does not invalidate it.
      if (this.#assembler.expects === 'answer') throw this.#causeOf(error, watch.signal);
    }
    watch.pause();
    await this.#deliver(this.#assembler.rest());
    await this.#emitText(this.#characters.rest());
    const answer = this.#assembler.answer();
    // The text was held back needlessly, so the next request does not hold it back.
    if (!answer.hasThoughts && answer.text !== '') this.thinksUnannounced = false;
    return answer;
  }

  /** The cause: our own time-out, the endpoint's error, or a broken connection. */
  #causeOf(error: unknown, { aborted, reason }: AbortSignal): unknown {
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
      .create(requestParams(this.#model, this.#request, this.#shape), { signal })
      .asResponse();
    this.#isAnswered = true;
    let lastContentAt = performance.now();
    const onData = (isContent: boolean): void => {
      if (isContent) lastContentAt = performance.now();
      if (performance.now() - lastContentAt < MAX_COMMENTS * this.#limitMs) watch.restart();
    };
    const errorContext = { now: now(), secret: apiKey };
    for await (const item of readStream(response, { errorContext, onData, signal })) {
      watch.pause();
      if (item.kind === 'done') this.#assembler.done();
      else await this.#deliver(this.#assembler.add(item.value));
      watch.wait(this.#limitMs);
    }
  }

  /** The time limit for the output that is still expected. */
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

  async #deliver(deltas: readonly AnswerDelta[]): Promise<void> {
    const { thoughts } = this.#request;
    try {
      for (const delta of deltas) {
        switch (delta.kind) {
          case 'text':
            await this.#emitText(this.#characters.take(delta.text));
            break;
          case 'thought':
            await thoughts?.add(this.#thoughtCharacters.take(delta.text));
            break;
          case 'thought-end':
            await thoughts?.add(this.#thoughtCharacters.rest());
            await thoughts?.end();
            break;
          case 'was-thought':
            this.thinksUnannounced = true;
            await thoughts?.turnIntoThought(delta.text);
            break;
        }
      }
    } catch (error) {
      this.hasCallbackError = true;
      throw error;
    }
  }

  async #emitText(text: string): Promise<void> {
    if (text !== '') await this.#request.onText(text);
  }
}

function remember(model: Model, shape: RequestShape, { thinksUnannounced }: Exchange): void {
  const before = quirksOf(model);
  model.memory.set(model.name, { ...before, shape, thinksUnannounced });
}

/** @throws RetryableError `model_bad_response` if the answer is unusable. */
function usableAnswer({ ending, ...answer }: Answer): RoundAnswer {
  const isRefused = ending === 'filtered' || answer.refusal !== '';
  if (ending === 'broken' && !isRefused) throw badResponse(brokenReason(answer.finishReason));
  return { ...answer, isCut: ending === 'cut', isRefused };
}

function brokenReason(finishReason: string): string {
  const reason = finishReason.slice(0, 50).replaceAll(/[^\w .-]/g, '');
  return reason === ''
    ? 'broke off before its end'
    : `broke off before its end: the endpoint ended it with "${reason}"`;
}

function featuresOf(request: RoundRequest, shape: RequestShape): SentRequest {
  const { messages, tools, mayCallTools } = request;
  return {
    hasTools: tools.length > 0 && (mayCallTools || shape.keepsTools),
    hasToolMessages: messages.some(({ role }) => role === 'tool'),
    hasExtraFields: messages.some(({ role }) => role === 'assistant'),
  };
}
