import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { createRuntape, defineWorkflow } from 'runtape';
import { toNodeHandler } from 'runtape/node';
import { z } from 'zod';

/** A workflow of your own: its input, its events and its result have types everywhere. */
export const tellStory = defineWorkflow({
  name: 'tellStory',
  input: z.object({ about: z.string().min(1) }),
  result: z.object({ story: z.string() }),
  events: { titled: z.object({ title: z.string() }) },
  async run(ctx, { about }) {
    // The result of a step is kept: after a crash it is not computed, or paid for, again.
    const title = await ctx.step('title', async () => `The keeper of ${about}`);
    await ctx.emit('titled', { title });
    // Everyone who watches sees the text as it is written.
    const story = await ctx.step('story', () => ctx.text('story', tell(about, ctx.signal)));
    return { story };
  },
});

/** Stands for a model: give `ctx.text` a stream of OpenAI or of the AI SDK instead. */
async function* tell(about: string, signal: AbortSignal): AsyncGenerator<string> {
  const story = `Once, ${about} had a keeper who wrote down all that happened, so that nothing was ever lost.`;
  for (const word of story.split(' ')) {
    await sleep(120, undefined, { signal });
    yield `${word} `;
  }
}

export const runtape = createRuntape({
  workflows: [tellStory],
  store: './workflows.db',
  basePath: '/runtape',
});
/** For `createRuntapeClient<App>` of runtape/client, on a page of your own. */
export type App = typeof runtape;

const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>Runtape</title>
  <form>A story about <input name="about" value="the lighthouse" required /> <button>Tell</button></form>
  <h1></h1>
  <p></p>
  <script type="module">
    document.forms[0].addEventListener('submit', async (event) => {
      event.preventDefault();
      const input = Object.fromEntries(new FormData(event.target));
      const response = await fetch('/runtape/api/workflows', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ workflow: 'tellStory', input }),
      });
      const { workflowId, error } = await response.json();
      const [title, text] = [document.querySelector('h1'), document.querySelector('p')];
      title.textContent = error?.message ?? '';
      text.textContent = '';
      if (error) return;
      // It reconnects by itself, and goes on where it was.
      const events = new EventSource('/runtape/api/workflows/' + workflowId + '/events');
      const on = (type, show) =>
        events.addEventListener(type, (message) => show(JSON.parse(message.data).data));
      on('titled', (data) => (title.textContent = data.title));
      on('token', (data) => (text.textContent += data.content));
      // After a crash, what was not finished is written again.
      on('workflow:running', () => (text.textContent = ''));
      on('workflow:completed', (data) => (text.textContent = data.result.story));
      for (const end of ['completed', 'failed', 'cancelled']) on('workflow:' + end, () => events.close());
    });
  </script>
</html>`;

await runtape.work();
const port = Number(process.env.PORT ?? 3000);
const app = express()
  .use('/runtape', toNodeHandler(runtape))
  .get('/', (_request, response) => void response.type('html').send(page));
const server = app.listen(port, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object') console.log(`Open http://127.0.0.1:${address?.port}`);
});
for (const signal of ['SIGINT', 'SIGTERM']) {
  // Workflows that still run go on at the next start, after their last completed step.
  process.once(signal, () => void runtape.close({ graceMs: 2000 }).then(() => process.exit()));
}
