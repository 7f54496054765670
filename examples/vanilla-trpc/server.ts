import { initTRPC } from '@trpc/server';
import { createHTTPServer } from '@trpc/server/adapters/standalone';
import { createRuntape, defineWorkflow, type RouterContext } from 'runtape';
import { z } from 'zod';

const greet = defineWorkflow({
  name: 'greet',
  input: z.object({ name: z.string() }),
  result: z.object({ text: z.string() }),
  run: async (ctx, { name }) => {
    await ctx.status('greeting', `Greeting ${name}.`);
    return { text: `Hello, ${name}.` };
  },
});

const runtape = createRuntape({ workflows: [greet], store: process.env.STORE ?? './runtape.db' });
await runtape.work();

const t = initTRPC.context<RouterContext>().create();
const router = t.router({
  runtape: runtape.router(t),
  version: t.procedure.query(() => '1.0'),
});
export type AppRouter = typeof router;

createHTTPServer({
  router,
  // Your own sign-in goes here; `null` when nobody is signed in.
  createContext: () => ({ identity: { userId: 'ada' } }),
}).listen(Number(process.env.PORT ?? 3000), () => console.log('Ready.'));
