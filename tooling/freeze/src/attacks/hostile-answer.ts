import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { freePort } from '@runtape/e2e';
import type { Attack } from '../attack.ts';
import { count, start } from '../send.ts';
import { waitForEnd } from '../wait-for-end.ts';

const LENGTH = 100_000;
const answers = [
  `${'\n'.repeat(LENGTH)}{`,
  `${' '.repeat(LENGTH)}}`,
  '```json\n'.repeat(LENGTH / 8),
  '{"a":'.repeat(LENGTH / 5),
  '<think>'.repeat(LENGTH / 7),
  '<details>'.repeat(LENGTH / 9),
  '[a]('.repeat(LENGTH / 4),
  '@a/b '.repeat(LENGTH / 5),
  `src/${'a/'.repeat(LENGTH / 2)}b.ts:1`,
];
const port = await freePort();

/** A model whose answers take long to parse. */
export const hostileAnswer: Attack = {
  name: 'hostile-answer',
  summary: 'a model whose answers are brackets, fences and blank lines without end',
  env: () => ({
    OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
    OPENAI_API_KEY: 'none',
    WORKERS: '4',
  }),
  attack: async (attacked) => {
    const model = startModel();
    await once(model, 'listening');
    try {
      const target = { kind: 'sample', name: 'resume-after-reconnect' };
      const ids = await Promise.all([
        ...answers.map(() => start(attacked, 'commentOnIssue', { target })),
        ...answers.map(() => start(attacked, 'reviewIssue', { target })),
        ...answers.map(() => start(attacked, 'askRepository', { question: 'What?' })),
      ]);
      return count(await Promise.all(ids.map((id) => waitForEnd(attacked, id))));
    } finally {
      model.closeAllConnections();
      model.close();
    }
  },
};

/** Implements the OpenAI protocol, and gives the next answer to each request. */
function startModel(): Server {
  let answered = 0;
  const server = createServer((request, response) => {
    request.resume();
    const content = answers[answered % answers.length] ?? '';
    answered += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const common = { id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm' };
    const chunk = (delta: object, finish: string | null) =>
      `data: ${JSON.stringify({ ...common, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    response.write(chunk({ role: 'assistant', content }, null));
    response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
  });
  return server.listen(port, '127.0.0.1');
}
