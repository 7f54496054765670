import { createRuntapeClient } from 'runtape/client';
import type { App } from './app.ts';

const client = createRuntapeClient<App>({ url: location.origin });
const run = await client.start('countdown', { from: 6 });

/** Each event is an item of the list; the result comes at the end. */
for await (const event of run.events()) {
  const item = document.createElement('li');
  item.textContent = JSON.stringify(event);
  document.querySelector('ol')?.append(item);
}
const { text } = await run.result();
document.querySelector('output')?.append(text);
