import type { EventLog, JsonValue } from '@runtape/event-log';
import type { Budget } from '@runtape/events';
import { streamText } from 'ai';
import { type } from 'arktype';
import type OpenAI from 'openai';
import * as v from 'valibot';
import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { z as z3 } from 'zod-3';
import {
  type Agent,
  createWorker,
  defineContract,
  defineWorkflow,
  FatalError,
  type NoEvents,
  RetryableError,
  type TypesByName,
  type TypesOf,
  type Worker,
  type WorkflowContext,
  type WorkflowContract,
  type WorkflowDefinition,
  type WorkflowQueue,
  type WorkflowSource,
} from '../src/index.ts';

declare const log: EventLog;
declare const queue: WorkflowQueue;
declare const ctx: WorkflowContext;
declare const agent: Agent;
declare const openai: OpenAI;

const input = z.object({ name: z.string() });
const result = z.object({ greeting: z.string() });

test('a definition is typed by its schemas', () => {
  const definition = defineWorkflow({
    name: 'greet',
    input,
    result,
    run: async (context, given) => {
      expectTypeOf(context).toEqualTypeOf<WorkflowContext>();
      expectTypeOf(given).toEqualTypeOf<{ name: string }>();
      return { greeting: given.name };
    },
  });
  expectTypeOf(definition).toEqualTypeOf<
    WorkflowDefinition<'greet', typeof input, typeof result, NoEvents, undefined>
  >();
});

test('a run that returns another type does not compile', () => {
  // @ts-expect-error -- a greeting is a string
  defineWorkflow({ name: 'greet', input, result, run: async () => ({ greeting: 1 }) });
  // @ts-expect-error -- a greeting is missing
  defineWorkflow({ name: 'greet', input, result, run: async () => ({}) });
  // @ts-expect-error -- not a promise
  defineWorkflow({ name: 'greet', input, result, run: () => ({ greeting: 'x' }) });
  expectTypeOf<WorkflowDefinition<'a', z.ZodNull, z.ZodString>['run']>().returns.toEqualTypeOf<
    Promise<string>
  >();
});

test('a run that takes another type does not compile', () => {
  defineWorkflow({
    name: 'greet',
    input,
    result,
    // @ts-expect-error -- the input has a name
    run: async (_, given: { title: string }) => ({ greeting: given.title }),
  });
  expectTypeOf<WorkflowDefinition<'a', z.ZodNull, z.ZodString>['run']>()
    .parameter(1)
    .toEqualTypeOf<null>();
});

test('a definition without a schema of its result returns any JSON, or nothing', () => {
  const nothing = defineWorkflow({ name: 'a', input: z.null(), run: async () => {} });
  expectTypeOf<TypesOf<typeof nothing>['result']>().toEqualTypeOf<JsonValue>();
  defineWorkflow({ name: 'a', input: z.null(), run: async () => ({ any: ['thing'] }) });
  // @ts-expect-error -- a map is not JSON
  defineWorkflow({ name: 'a', input: z.null(), run: async () => new Map([['a', 1]]) });
});

test('a definition needs its schemas', () => {
  // @ts-expect-error -- no input
  defineWorkflow({ name: 'greet', result, run: async () => ({ greeting: 'x' }) });
  // @ts-expect-error -- no schema
  defineWorkflow({ name: 'greet', input: {}, run: async () => ({ greeting: 'x' }) });
  expectTypeOf<WorkflowSource<'a', z.ZodNull, z.ZodString, NoEvents, undefined>>().toHaveProperty(
    'input',
  );
});

test('a contract gives its types to clients, and a definition implements it', () => {
  const contract = defineContract({
    name: 'feed',
    input: z.object({ url: z.string(), most: z.int().default(3) }),
    result: z.object({ at: z.string().transform(Number) }),
    events: { item: z.object({ title: z.string() }), done: z.null() },
    state: { titles: [] as string[] },
    reduce: (state, event) => {
      expectTypeOf(event.timestamp).toEqualTypeOf<string>();
      expectTypeOf(event.type).toEqualTypeOf<'item' | 'done'>();
      return event.type === 'item' ? { titles: [...state.titles, event.data.title] } : state;
    },
    summary: ({ url, most }) => ({ title: `${most} of a feed`, target: url }),
  });
  expectTypeOf<TypesOf<typeof contract>>().toEqualTypeOf<{
    readonly input: { url: string; most?: number | undefined };
    readonly result: { at: number };
    readonly events: { readonly item: { title: string }; readonly done: null };
    readonly state: { titles: string[] };
  }>();
  const bare = defineContract({ name: 'bare', input: z.null() });
  expectTypeOf<TypesOf<typeof bare>>().toEqualTypeOf<{
    readonly input: null;
    readonly result: JsonValue;
    readonly events: {};
    readonly state: undefined;
  }>();
  expectTypeOf<keyof TypesByName<[typeof contract, typeof bare]>>().toEqualTypeOf<
    'feed' | 'bare'
  >();
  const anyOf: readonly WorkflowContract[] = [contract, bare];
  expectTypeOf(anyOf).toExtend<readonly WorkflowContract[]>();
  defineWorkflow({
    ...contract,
    run: async (context, { most }) => {
      expectTypeOf(most).toEqualTypeOf<number>();
      await context.emit('item', { title: 'One' });
      // @ts-expect-error -- not declared
      await context.emit('itme', { title: 'One' });
      return { at: '1' };
    },
  });
  // @ts-expect-error -- the contract has another result
  defineWorkflow({ ...contract, run: async () => ({ at: 1 }) });
});

test('wrong contracts do not compile', () => {
  const events = { item: z.int() };
  expectTypeOf(defineContract({ name: 'a', input, events }).name).toEqualTypeOf<'a'>();
  // @ts-expect-error -- no name
  defineContract({ input });
  // @ts-expect-error -- a reducer returns the state
  defineContract({ name: 'a', input, events, state: { sum: 0 }, reduce: () => ({ sum: 'x' }) });
  defineContract({
    name: 'a',
    input,
    events,
    state: { sum: 0 },
    // @ts-expect-error -- an item is a number
    reduce: ({ sum }, { data }) => ({ sum: sum + data.length }),
  });
  // @ts-expect-error -- a summary has a title
  defineContract({ name: 'a', input, summary: ({ name }) => ({ target: name }) });
  // @ts-expect-error -- the input has no title
  defineContract({ name: 'a', input, summary: ({ title }) => ({ title }) });
});

test('reserved names of events do not compile', () => {
  const rest = { name: 'a', input, run: async () => {} } as const;
  defineWorkflow({ ...rest, events: { 'feed.item': z.int(), tokens: z.int() } });
  // @ts-expect-error -- names with a colon belong to Runtape
  defineWorkflow({ ...rest, events: { 'feed:item': z.int() } });
  // @ts-expect-error -- so do those of streams
  defineContract({ name: 'a', input, events: { item: z.int(), token: z.string() } });
  const byName: Record<string, z.ZodInt> = { item: z.int() };
  expectTypeOf(defineContract({ name: 'a', input, events: byName }).name).toEqualTypeOf<'a'>();
});

test('a step without a schema keeps JSON, and only that', () => {
  interface Item {
    readonly title: string;
    readonly tags?: readonly string[];
  }
  const one: Item = { title: 'One' };
  expectTypeOf(ctx.step('one', async () => [one])).toEqualTypeOf<Promise<Item[]>>();
  expectTypeOf(ctx.step('two', async () => {})).toEqualTypeOf<Promise<null>>();
  expectTypeOf(ctx.step('three', async (): Promise<unknown> => 1)).toEqualTypeOf<
    Promise<unknown>
  >();
  // @ts-expect-error -- a date does not survive JSON
  void ctx.step('four', async () => ({ at: new Date() }));
  // @ts-expect-error -- nor does a map
  void ctx.step('five', async () => new Map([['a', 1]]));
  // @ts-expect-error -- not a promise
  void ctx.step('six', () => 1);
});

declare const strings: AsyncIterable<string>;
declare const numbers: AsyncIterable<number>;

test('a text is written from a stream of strings or of a model', () => {
  expectTypeOf(ctx.text('summary', strings)).toEqualTypeOf<Promise<string>>();
  void ctx.text('summary', Promise.resolve(strings));
  void ctx.text('summary', strings, { cost: ({ totalTokens }) => totalTokens / 1e6, agent });
  // @ts-expect-error -- not a stream
  void ctx.text('summary', 'text');
  // @ts-expect-error -- not text
  void ctx.text('summary', numbers);
  // @ts-expect-error -- no part
  void ctx.text(strings);
  // @ts-expect-error -- a price is a number
  void ctx.text('summary', strings, { cost: () => 'free' });
});

test('streams of the AI SDK and of OpenAI are accepted', () => {
  const streamed = streamText({ model: 'm', prompt: 'x' });
  expectTypeOf(ctx.text('a', streamed)).toEqualTypeOf<Promise<string>>();
  void ctx.text('a', streamed.fullStream);
  void ctx.text('a', streamed.textStream);
  void ctx.text('a', openai.chat.completions.create({ model: 'm', messages: [], stream: true }));
  void ctx.text('a', openai.responses.create({ model: 'm', input: 'x', stream: true }));
  // @ts-expect-error -- a whole answer is no stream
  void ctx.text('a', openai.responses.create({ model: 'm', input: 'x' }));
});

test('schemas of other libraries have their types', () => {
  defineWorkflow({
    name: 'a',
    input: v.object({ most: v.optional(v.number(), 3) }),
    result: type({ text: 'string' }),
    events: { item: z3.object({ title: z3.string() }) },
    run: async (context, { most }) => {
      expectTypeOf(most).toEqualTypeOf<number>();
      await context.emit('item', { title: 'x' });
      // @ts-expect-error -- a title is text
      await context.emit('item', { title: 1 });
      return { text: 'x' };
    },
  });
  // @ts-expect-error -- the result is text
  defineWorkflow({ name: 'a', input: z.null(), result: type('string'), run: async () => 1 });
});

test('a worker takes definitions of any type', () => {
  const one = defineWorkflow({ name: 'one', input, result, run: async () => ({ greeting: 'x' }) });
  const two = defineWorkflow({ name: 'two', input: z.null(), result: z.int(), run: async () => 1 });
  expectTypeOf(createWorker({ log, queue, definitions: [one, two] })).toEqualTypeOf<Worker>();
  // @ts-expect-error -- a worker needs a log
  createWorker({ queue, definitions: [one] });
});

test('a step returns what its schema declares, and only JSON values', () => {
  const step = ctx.step('one', z.object({ id: z.int() }), async () => ({ id: 1 }));
  expectTypeOf(step).toEqualTypeOf<Promise<{ id: number }>>();
  // @ts-expect-error -- the result is a number
  void ctx.step('one', z.int(), async () => 'text');
  // @ts-expect-error -- something is missing
  void ctx.step('one', z.object({ id: z.int() }), async () => ({}));
  // @ts-expect-error -- a date does not survive JSON
  void ctx.step('one', z.date(), async () => new Date());
  // @ts-expect-error -- nothing is not a result; return null
  void ctx.step('one', z.void(), async () => undefined);
});

test('only existing events can be emitted, with their own data', () => {
  const token = { part: 'draft', content: 'x', isComplete: false };
  expectTypeOf(ctx.emit('token', token)).toEqualTypeOf<Promise<void>>();
  // @ts-expect-error -- no such type
  void ctx.emit('tokens', {});
  // @ts-expect-error -- a token has content
  void ctx.emit('token', { part: 'draft', isComplete: false });
  // @ts-expect-error -- no such level
  void ctx.log('fatal', 'x');
});

test('declared events can be emitted, with their own data', () => {
  const item = z.object({ title: z.string() });
  const definition = defineWorkflow({
    name: 'feed',
    input: z.null(),
    result: z.null(),
    events: { item, note: z.string() },
    run: async (context) => {
      await context.emit('item', { title: 'One' });
      await context.emit('note', 'x');
      await context.emit('token', { part: 'draft', content: 'x', isComplete: false });
      // @ts-expect-error -- not declared
      await context.emit('itme', { title: 'One' });
      // @ts-expect-error -- an item has a title
      await context.emit('item', { titel: 'One' });
      // @ts-expect-error -- a note is text
      await context.emit('note', { title: 'One' });
      // @ts-expect-error -- the engine does
      await context.emit('workflow:completed', { durationMs: 1, usage: null, cost: 0, result: 1 });
      // A function for any workflow takes this context, too.
      const report = (any: WorkflowContext) => any.status('reading', 'Reading.');
      await report(context);
      return null;
    },
  });
  expectTypeOf(definition.events).toEqualTypeOf<{ item: typeof item; note: z.ZodString }>();
  expectTypeOf(createWorker({ log, queue, definitions: [definition] })).toEqualTypeOf<Worker>();
});

test('spending is marked when it is unknown', () => {
  expectTypeOf(ctx.spend({ usage: null, cost: null })).toEqualTypeOf<Promise<void>>();
  // @ts-expect-error -- unknown is null, not absent
  void ctx.spend({ usage: null });
});

test('an agent returns the result of its run, and summarises it', () => {
  const intro = { agentId: 'a', name: 'A', role: 'writer' };
  const run = ctx.agent(intro, async (played) => {
    expectTypeOf(played).toEqualTypeOf<Agent>();
    return { length: 1 };
  });
  expectTypeOf(run).toEqualTypeOf<Promise<{ length: number }>>();
  const measure = async (played: Agent) => ({ length: played.agentId.length });
  void ctx.agent(intro, measure, ({ length }) => `${length}`);
  // @ts-expect-error -- the result is no text
  void ctx.agent(intro, measure, (text: string) => text);
  // @ts-expect-error -- an agent has a role
  void ctx.agent({ agentId: 'a', name: 'A' }, async () => null);
});

test('progress takes the fields that an agent may set, but not those that the engine counts', () => {
  expectTypeOf(agent.progress({ step: 1, steps: 3 })).toEqualTypeOf<Promise<void>>();
  // @ts-expect-error -- what it costs is counted
  void agent.progress({ cost: 1 });
});

test('a budget is computed from the input', () => {
  defineWorkflow({
    name: 'greet',
    input: z.object({ most: z.number() }),
    result,
    budget: ({ most }) => ({ usd: most }),
    run: async (context) => {
      expectTypeOf(context.budget.limits).toEqualTypeOf<Budget | null>();
      return { greeting: 'x' };
    },
  });
  defineWorkflow({
    name: 'count',
    input,
    result: z.int(),
    // @ts-expect-error -- no such unit
    budget: () => ({ eur: 1 }),
    run: async () => 1,
  });
});

test('failures have a code and a message', () => {
  expectTypeOf(new RetryableError('busy', 'Busy.', { retryAfterMs: 1 }).retryAfterMs).toEqualTypeOf<
    number | undefined
  >();
  // @ts-expect-error -- a fatal error is not retried
  void new FatalError('busy', 'Busy.', { retryAfterMs: 1 });
  // @ts-expect-error -- no message
  void new FatalError('busy');
});
