import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Failure, PendingFailures } from './failures.ts';
import type { RequestLog, RequestRecord } from './request-log.ts';
import {
  type ChatRequest,
  chatRequestSchema,
  describeInvalid,
  unansweredToolCalls,
} from './wire/chat-request.ts';
import { type Answer, type Completion, completion } from './wire/completion.ts';
import { type BeforeToken, streamAnswer, wholeAnswer } from './wire/deliver.ts';
import * as errors from './wire/openai-error.ts';
import { otherScripts } from './writing/comment.ts';
import { reply } from './writing/reply.ts';

/** The only model of this server. */
export const demoModelName = 'runtape-demo';

/** The one key that is refused, so that the handling of a wrong key can be tried. */
const WRONG_KEY = 'wrong-key';
const MAX_BODY_BYTES = 32 * 1024 * 1024;

export interface AppOptions {
  readonly tokensPerSecond: number;
  readonly failures: PendingFailures;
  readonly beforeToken: BeforeToken;
  readonly requests: RequestLog;
  readonly now: () => Date;
  readonly onError: (error: unknown) => void;
  /** Whether the server closes the connections, rather than a client that disconnects. */
  readonly isClosing: () => boolean;
}

interface Env {
  Bindings: HttpBindings;
  Variables: { record: RequestRecord };
}

/** The HTTP interface: `POST /v1/chat/completions` and `GET /v1/models`. */
export function createApp(options: AppOptions): Hono<Env> {
  const app = new Hono<Env>();
  let completions = 0;
  const interruptedOutcome = () => (options.isClosing() ? 'failed' : 'aborted by client');

  app.use(async (c, next) => {
    const record = options.requests.open(c.req.method, c.req.path, options.now());
    c.set('record', record);
    await next();
    if (record.outcome !== 'running') return;
    if (c.env.outgoing.destroyed) record.outcome = interruptedOutcome();
    else record.outcome = c.res.ok ? 'completed' : 'failed';
  });
  app.use(async (c, next) => {
    const isWrong = c.req.header('authorization') === `Bearer ${WRONG_KEY}`;
    return isWrong ? sendError(c, errors.wrongKey()) : next();
  });
  app.notFound((c) => sendError(c, errors.unknownAddress(c.req.method, c.req.path)));
  app.onError((error, c) => {
    options.onError(error);
    return sendError(c, errors.serverError());
  });

  app.get('/v1/models', (c) => {
    const model = { id: demoModelName, object: 'model', created: 0, owned_by: 'runtape' };
    return c.json({ object: 'list', data: [model] });
  });

  const limit = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: (c: Context<Env>) => sendError(c, errors.tooLarge(MAX_BODY_BYTES)),
  });
  app.post('/v1/chat/completions', limit, async (c) => {
    // The schema rejects a body that is not JSON.
    const parsed = chatRequestSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success) {
      const { message, param } = describeInvalid(parsed.error);
      return sendError(c, errors.badRequest(message, param));
    }
    const request = parsed.data;
    const record = c.get('record');
    record.model = request.model;
    record.messageCount = request.messages.length;
    record.tools = request.tools.map((tool) => tool.function.name);
    record.stream = request.stream === true;

    const wrong = unansweredToolCalls(request.messages);
    if (wrong !== undefined) return sendError(c, errors.badRequest(wrong.message, wrong.param));
    if (request.model !== demoModelName) {
      return sendError(c, errors.unknownModel(request.model, demoModelName));
    }
    const answer = reply(request);
    const failure = options.failures.next(answer.kind === 'text');
    const errorResponse = scriptedError(failure);
    if (errorResponse !== undefined) return sendError(c, errorResponse);
    completions += 1;
    const whole = completion(request, withOtherScripts(answer, failure), {
      id: `chatcmpl-demo-${completions}`,
      created: Math.floor(options.now().getTime() / 1000),
    });
    return deliver(c, request, whole, failure);
  });

  async function deliver(
    c: Context<Env>,
    request: ChatRequest,
    answer: Completion,
    failure: Failure | 'ok',
  ): Promise<Response> {
    const { outgoing } = c.env;
    const record = c.get('record');
    const gone = new AbortController();
    outgoing.once('close', () => gone.abort());
    // A client may disconnect before its request was read; then no event follows.
    if (outgoing.destroyed) gone.abort();
    const { tokensPerSecond, beforeToken } = options;
    const delivery = { tokensPerSecond, failure, beforeToken, signal: gone.signal };
    try {
      if (request.stream === true) {
        const includeUsage = request.stream_options?.include_usage === true;
        record.outcome = await streamAnswer(outgoing, answer, includeUsage, delivery);
        return RESPONSE_ALREADY_SENT;
      }
      const whole = await wholeAnswer(outgoing, answer, delivery);
      record.outcome = whole.outcome;
      if (whole.body === undefined) return RESPONSE_ALREADY_SENT;
      return c.body(whole.body, 200, { 'content-type': 'application/json' });
    } catch (error) {
      if (!gone.signal.aborted) throw error;
      record.outcome = interruptedOutcome();
      return RESPONSE_ALREADY_SENT;
    }
  }

  return app;
}

function sendError(c: Context, { status, body, headers }: errors.ErrorResponse): Response {
  return c.json(body, status, headers);
}

/** Adds emoji and other scripts, for the failure that splits characters. */
function withOtherScripts(answer: Answer, failure: Failure | 'ok'): Answer {
  if (failure === 'ok' || failure.kind !== 'split_emoji' || answer.kind !== 'text') return answer;
  return { kind: 'text', text: `${answer.text}\n${otherScripts}\n` };
}

function scriptedError(failure: Failure | 'ok'): errors.ErrorResponse | undefined {
  if (failure === 'ok') return undefined;
  if (failure.kind === 'rate_limited') return errors.rateLimited(failure.retryAfterSeconds);
  if (failure.kind === 'server_error') return errors.serverError();
  return failure.kind === 'refuse' ? errors.wrongKey() : undefined;
}
