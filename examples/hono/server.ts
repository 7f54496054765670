import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { runtape } from './runtape.ts';

const app = new Hono();
app.get('/', (c) => c.text('Workflows are at /runtape.'));
app.all('/runtape/*', (c) => runtape.fetch(c.req.raw));

await runtape.work();
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, () => console.log('Ready.'));
