import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { type MayGoOn, streamAnswer, wholeAnswer } from './answer.ts';
import { otherScripts } from './drafting/draft.ts';
import type { Failure, PendingFailures } from './failures.ts';
import type { RequestLog, RequestRecord } from './request-log.ts';
import { think } from './thinking/think.ts';
import type { ChatRequest } from './wire/chat-request.ts';
import { chatRequestSchema, describeInvalid } from './wire/chat-request.ts';
import { completion } from './wire/completion.ts';
import type { Answer, Completion } from './wire/completion.ts';
import type { Refusal } from './wire/openai-error.ts';
import * as refusals from './wire/openai-error.ts';
import { unansweredToolCalls } from './wire/tool-answers.ts';

/** The one model there is. */
export const demoModelName = 'runtape-demo';

/** The one key that is refused, so that the handling of a wrong key can be tried. */
const wrongKey = 'wrong-key';

const maxBodyBytes = 32 * 1024 * 1024;

export interface AppOptions {
  readonly tokensPerSecond: number;
  readonly failures: PendingFailures;
  readonly mayGoOn: MayGoOn;
  readonly requests: RequestLog;
  readonly now: () => Date;
  readonly onError: (error: unknown) => void;
  /** Whether connections close because the server does, and not because a client went away. */
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
  const brokenOff = () => (options.isClosing() ? 'failed' : 'aborted by client');

  app.use(async (c, next) => {
    const record = options.requests.open(c.req.method, c.req.path, options.now());
    c.set('record', record);
    await next();
    if (record.outcome !== 'running') return;
    if (c.env.outgoing.destroyed) record.outcome = brokenOff();
    else record.outcome = c.res.ok ? 'completed' : 'failed';
  });
  app.use(async (c, next) => {
    if (c.req.header('authorization') === `Bearer ${wrongKey}`)
      return refuse(c, refusals.wrongKey());
    return next();
  });
  app.notFound((c) => refuse(c, refusals.unknownAddress(c.req.method, c.req.path)));
  app.onError((error, c) => {
    options.onError(error);
    return refuse(c, refusals.serverError());
  });

  app.get('/v1/models', (c) => {
    const model = { id: demoModelName, object: 'model', created: 0, owned_by: 'runtape' };
    return c.json({ object: 'list', data: [model] });
  });

  app.post(
    '/v1/chat/completions',
    bodyLimit({
      maxSize: maxBodyBytes,
      onError: (c: Context<Env>) => refuse(c, refusals.tooLarge(maxBodyBytes)),
    }),
    async (c) => {
      const parsed = chatRequestSchema.safeParse(await readJson(c));
      if (!parsed.success) {
        const { message, param } = describeInvalid(parsed.error);
        return refuse(c, refusals.badRequest(message, param));
      }
      const request = parsed.data;
      describeRequest(c.get('record'), request);
      const wrong = unansweredToolCalls(request.messages);
      if (wrong !== undefined) return refuse(c, refusals.badRequest(wrong.message, wrong.param));
      if (request.model !== demoModelName) {
        return refuse(c, refusals.unknownModel(request.model, demoModelName));
      }
      const thought = think(request);
      const failure = options.failures.next(thought.kind === 'text');
      const refusal = refusalFor(failure);
      if (refusal !== undefined) return refuse(c, refusal);
      completions += 1;
      const identity = {
        id: `chatcmpl-demo-${completions}`,
        created: Math.floor(options.now().getTime() / 1000),
      };
      return deliver(
        c,
        request,
        completion(request, inScripts(thought, failure), identity),
        failure,
      );
    },
  );

  async function deliver(
    c: Context<Env>,
    request: ChatRequest,
    said: Completion,
    failure: Failure | 'ok',
  ): Promise<Response> {
    const { outgoing } = c.env;
    const record = c.get('record');
    const gone = new AbortController();
    outgoing.once('close', () => gone.abort());
    // A client may be gone before its request was read to the end; then there is no further event.
    if (outgoing.destroyed) gone.abort();
    const delivery = {
      tokensPerSecond: options.tokensPerSecond,
      failure,
      mayGoOn: options.mayGoOn,
      signal: gone.signal,
    };
    try {
      if (request.stream === true) {
        const includeUsage = request.stream_options?.include_usage === true;
        record.outcome = await streamAnswer(outgoing, said, includeUsage, delivery);
        return RESPONSE_ALREADY_SENT;
      }
      const whole = await wholeAnswer(outgoing, said, delivery);
      record.outcome = whole.outcome;
      if (whole.body === undefined) return RESPONSE_ALREADY_SENT;
      return c.body(whole.body, 200, { 'content-type': 'application/json' });
    } catch (error) {
      if (!gone.signal.aborted) throw error;
      record.outcome = brokenOff();
      return RESPONSE_ALREADY_SENT;
    }
  }

  return app;
}

function refuse(c: Context, { status, body, headers }: Refusal): Response {
  return c.json(body, status, headers);
}

/** The body as JSON; `undefined`, which no schema here accepts, when it is none. */
async function readJson(c: Context): Promise<unknown> {
  try {
    return await c.req.json();
  } catch {
    return undefined;
  }
}

/** Emoji and other scripts, for the failure that breaks them apart. */
function inScripts(thought: Answer, failure: Failure | 'ok'): Answer {
  if (failure === 'ok' || failure.kind !== 'split_emoji' || thought.kind !== 'text') return thought;
  return { kind: 'text', text: `${thought.text}\n${otherScripts}\n` };
}

function describeRequest(record: RequestRecord, request: ChatRequest): void {
  record.model = request.model;
  record.messageCount = request.messages.length;
  record.tools = request.tools.map((tool) => tool.function.name);
  record.stream = request.stream === true;
}

function refusalFor(failure: Failure | 'ok'): Refusal | undefined {
  if (failure === 'ok') return undefined;
  if (failure.kind === 'rate_limited') return refusals.rateLimited(failure.retryAfterSeconds);
  if (failure.kind === 'server_error') return refusals.serverError();
  if (failure.kind === 'refuse') return refusals.wrongKey();
  return undefined;
}
