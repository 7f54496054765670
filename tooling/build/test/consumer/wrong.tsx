import { createRuntape, defineContract, defineWorkflow, FatalError, RetryableError } from 'runtape';
import { createRuntapeClient, type WorkflowFailedError } from 'runtape/client';
import { toNodeHandler } from 'runtape/node';
import {
  createHooks,
  RuntapeProvider,
  StreamHandler,
  useRuntapeClient,
  useThread,
  useWorkflow,
} from 'runtape/react';
import { redisStore } from 'runtape/redis';
import { z } from 'zod';
import type { App } from './app.ts';
import { countdown } from './countdown.ts';

// Each mistake is on a line of its own, and the compiler must refuse exactly these lines.

const name = 'tally';
const input = z.object({ words: z.array(z.string()) });
const result = z.object({ count: z.int() });
const events = { counted: z.object({ word: z.string(), count: z.int() }) };
const state = { count: 0 };
const store = 'runtape.db';

export const tally = defineWorkflow({
  name,
  input,
  result,
  events,
  state,
  reduce: (before) => ({ count: before.total }), // wrong: the state has no such field
  summary: ({ words }) => ({ title: words.length }), // wrong: a title is a string
  budget: () => ({ usd: '1' }), // wrong: a limit is a number
  run: async (ctx, { words }) => {
    await ctx.emit('counted', { word: 'a' }); // wrong: a field of an event is missing
    await ctx.emit('counted', { word: 'a', count: '1' }); // wrong: a count is a number
    await ctx.emit('counted'); // wrong: an event has data
    await ctx.emit('summed', { count: 1 }); // wrong: an event that is not declared
    await ctx.emit('tally:counted', { count: 1 }); // wrong: names with a colon are built in
    await ctx.emit('workflow:completed', { result: null }); // wrong: the engine emits it
    await ctx.emit('token', { part: 'count', content: 1 }); // wrong: a token is a string
    await ctx.status('counting'); // wrong: a status has a message
    await ctx.log('loud', 'Counting.'); // wrong: no such level
    await ctx.spend({ tokens: 1, dollars: 1 }); // wrong: no such field of what is spent
    await ctx.step('one', z.number(), async () => 'one'); // wrong: the schema takes a number
    await ctx.step('two', async () => new Date()); // wrong: a date is not JSON
    await ctx.step(3, async () => 3); // wrong: the name of a step is a string
    const four: string = await ctx.step('four', z.number(), async () => 4); // wrong: a number
    if (ctx.attempt === '1') throw new FatalError('one', 'One.'); // wrong: an attempt is a number
    throw new RetryableError(words.size, four); // wrong: an array has no size
  },
});

export const contract = defineContract({ name, input, result, events });
defineContract({ name, result }); // wrong: a contract has an input
defineContract({ name: 1, input }); // wrong: a name is a string
defineContract({ name, input: { words: 'string' } }); // wrong: an input is a schema
defineContract({ name, input, events: { counted: 'string' } }); // wrong: an event has a schema
defineContract({ name, input, events: { 'tally:counted': result } }); // wrong: no colon in a name
defineContract({ name, input, events: { token: result } }); // wrong: the name of a built-in event
defineContract({ name, input, timeout: 1 }); // wrong: no such option
defineContract({ name, input, state, reduce: () => ({ total: 0 }) }); // wrong: another state
defineContract({ name, input, events, state, reduce: (_, { at }) => at }); // wrong: no such field
defineWorkflow({ name, input, result }); // wrong: a workflow has code to run
defineWorkflow({ name, input, result, run: async () => ({ sum: 1 }) }); // wrong: another result
defineWorkflow({ name, input, result, run: () => ({ count: 1 }) }); // wrong: it must be async
defineWorkflow({ ...contract, run: async () => ({}) }); // wrong: the result of the contract
defineWorkflow({ ...contract, maxAttempts: '3', run: async () => ({ count: 1 }) }); // wrong: number

const workflows = [countdown, contract] as const;
createRuntape({ workflows }); // wrong: a store is missing
createRuntape({ store }); // wrong: workflows are missing
createRuntape({ workflows: countdown, store }); // wrong: workflows are an array
createRuntape({ workflows: ['countdown'], store }); // wrong: a name is not a workflow
createRuntape({ workflows, store: { file: store } }); // wrong: a store has a log
createRuntape({ workflows, store: redisStore({ host: 'redis' }) }); // wrong: the option is `url`
createRuntape({ workflows, store, basepath: '/runtape' }); // wrong: the option is `basePath`
createRuntape({ workflows, store, retention: 30 }); // wrong: the days have a name
createRuntape({ workflows, store, retention: { days: '30' } }); // wrong: days are a number
createRuntape({ workflows, store, authenticate: () => 'ada' }); // wrong: a user is an object
createRuntape({ workflows, store, authenticate: () => ({ id: 'ada' }) }); // wrong: the field `userId`
createRuntape({ workflows, store, authenticate: async () => ({ userId: 7 }) }); // wrong: a string
createRuntape({ workflows, store, authenticate: (asked) => asked.cookies.user }); // wrong: no cookies
createRuntape({ workflows, store, onError: (error) => error.message }); // wrong: it may be anything

const runtape = createRuntape({ workflows, store });
await runtape.start('count', { from: 1 }); // wrong: no such workflow
await runtape.start('countdown', { from: '1' }); // wrong: an input is a number
await runtape.start('countdown', { from: 1 }, { user: 'ada' }); // wrong: the option is `userId`
await runtape.work({ threads: 2 }); // wrong: the option is `concurrency`
runtape.fetch('/api/workflows'); // wrong: it takes a request
toNodeHandler(runtape.fetch); // wrong: it takes what has `fetch`

createRuntapeClient<App>({}); // wrong: a url is missing
createRuntapeClient<App>({ url: '/', retry: 3 }); // wrong: retries are an object
createRuntapeClient<typeof tally>({ url: '/' }); // wrong: a workflow is not an app
const client = createRuntapeClient<App>({ url: '/' });
await client.start('count', { from: 1 }); // wrong: no such workflow
await client.start('countdown'); // wrong: an input is missing
await client.start('countdown', {}); // wrong: a field of the input is missing
await client.start('countdown', { from: '1' }); // wrong: a field is a number
await client.start('countdown', { from: 1, to: 0 }); // wrong: no such field
await client.start('countdown', { from: 1 }, { key: '1' }); // wrong: the option is `idempotencyKey`
client.run('count', 'id'); // wrong: no such workflow
client.run(); // wrong: an id is missing
client.run('countdown', 7); // wrong: an id is a string
const run = client.run('countdown', 'id');
run.events({ types: ['count'] }); // wrong: no such event
run.text(1); // wrong: the name of a text is a string
await run.cancel('enough'); // wrong: a reason has a name
for await (const event of run.events()) {
  if (event.type === 'counted') console.log(event.data.right); // wrong: no such field
  if (event.type === 'counted') event.data.left.trim(); // wrong: a number has no `trim`
  if (event.type === 'token') console.log(event.data.text); // wrong: the field is `content`
  if (event.type === 'workflow:done') console.log(event); // wrong: no such event
  console.log(event.data.left); // wrong: only some events have it
}
for await (const now of run.states()) {
  if (now.status === 'done') console.log(now); // wrong: no such status
  console.log(now.result.text); // wrong: there is none before its end
  console.log(now.events); // wrong: a state has no events
}
console.log((await run.result()).sum); // wrong: no such field
console.log((await client.run('id').result()).text); // wrong: a result of an unknown type
export const outcome = (error: WorkflowFailedError) => error.outcome === 'lost'; // wrong: no such end

export function Watch({ id }: { readonly id: number }) {
  useWorkflow<App>('count', 'id'); // wrong: no such workflow
  useWorkflow<App>('countdown', id); // wrong: an id is a string
  useWorkflow<App>('countdown', 'id', { onEnd: console.log }); // wrong: no such option
  const { workflow, result: ended, status } = useWorkflow<App>('countdown', 'id');
  if (status === 'done') return null; // wrong: no such status
  createHooks<App>().useWorkflow('count', 'id'); // wrong: no such workflow
  void useRuntapeClient<App>().start('countdown', { from: '1' }); // wrong: a field is a number
  useThread(); // wrong: an id is missing
  return (
    <RuntapeProvider client={client}>
      <p>{workflow.progress}</p> {/* wrong: no such field */}
      <p>{ended.text}</p> {/* wrong: there is no result before the end */}
      <StreamHandler /> {/* wrong: an id is missing */}
      <StreamHandler workflowId={id} /> {/* wrong: an id is a string */}
      <StreamHandler workflowId="id" onDone={console.log} /> {/* wrong: no such property */}
      <StreamHandler workflowId="id" onError={(error: string) => error} /> {/* wrong: an object */}
      <RuntapeProvider url="/" /> {/* wrong: a provider takes a client */}
    </RuntapeProvider>
  );
}
