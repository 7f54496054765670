import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { ModelOptions } from '../src/index.ts';

const requestSchema = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  tools: z.array(z.unknown()).optional(),
});

export interface ScriptedModel extends AsyncDisposable {
  readonly options: ModelOptions;
  /** The requests, in order. */
  readonly requests: readonly z.infer<typeof requestSchema>[];
}

const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };

/**
 * An endpoint that answers with the texts in order, each of 110 tokens. Its model has no price.
 */
export async function startScriptedModel(answers: readonly string[]): Promise<ScriptedModel> {
  const requests: z.infer<typeof requestSchema>[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requested = requestSchema.parse(await json(request));
    const content = answers[requests.length] ?? '';
    requests.push(requested);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const choice of [{ delta: { content } }, { delta: {}, finish_reason: 'stop' }]) {
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`);
    }
    response.write(`data: ${JSON.stringify({ choices: [], usage })}\n\n`);
    response.end('data: [DONE]\n\n');
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    options: { apiKey: 'any', baseURL: `http://127.0.0.1:${address.port}/v1`, model: 'scripted' },
    requests,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
