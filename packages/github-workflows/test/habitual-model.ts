import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { ModelOptions } from '../src/index.ts';
import { createModel } from '../src/model/model-client.ts';
import type { MeteredAnswer } from '../src/model/metered-round.ts';
import { streamRound } from '../src/model/stream-round.ts';
import { ToolBox } from '../src/tools/tool-box.ts';

const requestSchema = z.looseObject({
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })),
  tools: z.array(z.unknown()).optional(),
});

/** A request as the endpoint received it. */
export type WireRequest = z.infer<typeof requestSchema>;

/**
 * Answers a request with one habit of real endpoints. @param count the number of the request, from
 * 1.
 */
export type Habit = (
  response: ServerResponse,
  request: WireRequest,
  count: number,
) => void | Promise<void>;

export interface HabitualModel extends AsyncDisposable {
  readonly url: string;
  readonly options: ModelOptions;
  readonly requests: readonly WireRequest[];
}

/** An endpoint on loopback that speaks the real protocol over HTTP, with a habit. */
export async function startHabitualModel(habit: Habit): Promise<HabitualModel> {
  const requests: WireRequest[] = [];
  const server = createServer((incoming, response) => {
    const answer = async (): Promise<void> => {
      const request = requestSchema.parse(JSON.parse(await text(incoming)));
      requests.push(request);
      await habit(response, request, requests.length);
    };
    answer().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const url = `http://127.0.0.1:${address.port}/v1`;
  return {
    url,
    options: { apiKey: 'key-of-the-test', baseURL: url, model: 'habitual' },
    requests,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Begins an event stream. */
export function beginStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
}

/** Streams chunks; strings are sent unchanged. */
export function stream(
  response: ServerResponse,
  chunks: readonly unknown[],
  { done = true }: { done?: boolean } = {},
): void {
  beginStream(response);
  for (const chunk of chunks) {
    response.write(typeof chunk === 'string' ? chunk : `data: ${JSON.stringify(chunk)}\n\n`);
  }
  response.end(done ? 'data: [DONE]\n\n' : undefined);
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** A chunk with a delta, and further fields of its choice. */
export function delta(piece: unknown, more: Readonly<Record<string, unknown>> = {}): unknown {
  return { choices: [{ index: 0, delta: piece, ...more }] };
}

/** The end of an answer. */
export function finish(reason: unknown = 'stop'): unknown {
  return delta({}, { finish_reason: reason });
}

/** A whole answer in pieces of some characters. */
export function says(words: string, reason: unknown = 'stop', size = 5): unknown[] {
  const pieces = Array.from({ length: Math.ceil(words.length / size) }, (_, index) =>
    delta({ content: words.slice(index * size, (index + 1) * size) }),
  );
  return [...pieces, finish(reason)];
}

/** The result of a round, and the deltas emitted on the way. */
export interface RoundOutput {
  readonly answer: Omit<MeteredAnswer, 'spent'>;
  /** The emitted text at the end, without text that turned out to be a thought. */
  readonly text: string;
  readonly thoughts: readonly string[];
  readonly requests: readonly WireRequest[];
}

export interface Question {
  readonly tools?: boolean;
  readonly options?: Partial<ModelOptions>;
  readonly messages?: Parameters<typeof streamRound>[1]['messages'];
}

/** Asks an endpoint with a habit once, through the real SDK. @throws what `streamRound` throws. */
export async function askOnce(
  habit: Habit,
  { tools = true, options = {}, messages }: Question = {},
): Promise<RoundOutput> {
  await using endpoint = await startHabitualModel(habit);
  const model = createModel({ ...endpoint.options, ...options }, {}, Date.now);
  const thoughts: string[] = [];
  let told = '';
  let thought = '';
  const endThought = (): void => {
    if (thought !== '') thoughts.push(thought);
    thought = '';
  };
  const answer = await streamRound(model, {
    messages: messages ?? [{ role: 'user', content: 'Why?' }],
    tools: new ToolBox().offers,
    mayCallTools: tools,
    signal: new AbortController().signal,
    onText: async (piece) => {
      told += piece;
    },
    thoughts: {
      add: async (piece) => {
        thought += piece;
      },
      end: async () => endThought(),
      turnIntoThought: async (piece) => {
        told = '';
        thoughts.push(piece);
      },
    },
  });
  endThought();
  return { answer, text: told, thoughts, requests: endpoint.requests };
}
