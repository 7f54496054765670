import { createRuntapeClient } from 'runtape/client';
import type { App } from './server.ts';

const client = createRuntapeClient<App>({ url: process.env.URL ?? 'http://127.0.0.1:3000' });
const run = await client.start('summarise', { text: 'It rains. We stay in. Tea is ready.' });
for await (const event of run.events()) {
  if (event.type === 'sentence') console.log(`${event.data.words} words: ${event.data.text}`);
}
console.log((await run.result()).summary);
await client.close();
