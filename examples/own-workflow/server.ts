import { createServer } from 'node:http';
import { createRuntape } from 'runtape';
import { toNodeHandler } from 'runtape/node';
import { summarise } from './workflow.ts';

const runtape = createRuntape({
  workflows: [summarise],
  store: process.env.STORE ?? './runtape.db',
});
export type App = typeof runtape;

await runtape.work();
createServer(toNodeHandler(runtape)).listen(process.env.PORT ?? 3000, () => console.log('Ready.'));
