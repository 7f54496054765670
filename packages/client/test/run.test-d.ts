import type { App } from '@runtape/contract';
import type { EventId, EventOf, OtherEvent } from '@runtape/events';
import { describe, expectTypeOf, test } from 'vitest';
import { createRuntapeClient, type RuntapeClient, type WorkflowRun } from '../src/index.ts';

interface FeedTypes {
  readonly input: { readonly url: string };
  readonly result: { readonly summary: string };
  readonly events: {
    readonly item: { readonly title: string; readonly link: string };
    readonly read: number;
  };
  readonly state: { readonly items: readonly string[] };
}

interface PlainTypes {
  readonly input: null;
  readonly result: number;
  // oxlint-disable-next-line typescript/no-empty-object-type -- It declares no events of its own.
  readonly events: {};
  readonly state: undefined;
}

type FeedApp = App<{ readonly summariseFeed: FeedTypes; readonly count: PlainTypes }>;

declare const client: RuntapeClient<FeedApp>;
declare const untyped: RuntapeClient;
declare const unresolved: RuntapeClient<ReturnType<typeof JSON.parse>>;
declare const id: string;

type IsAny<Type> = 0 extends 1 & Type ? true : false;
type YieldOf<Items> = Items extends AsyncIterable<infer Item> ? Item : never;

const feed = client.run('summariseFeed', id);

describe('start', () => {
  test('takes a name of the app, its input and options, and returns its run', async () => {
    const run = await client.start('summariseFeed', { url: '/feed' }, { idempotencyKey: 'once' });
    expectTypeOf(run).toExtend<WorkflowRun<FeedTypes>>();
    expectTypeOf(run.created).toEqualTypeOf<boolean>();
    void client.start('count', null);
    // @ts-expect-error no such workflow
    void client.start('summarizeFeed', { url: '/feed' });
    // @ts-expect-error the input is missing
    void client.start('summariseFeed');
    // @ts-expect-error the input of another workflow
    void client.start('count', { url: '/feed' });
    // @ts-expect-error a url is a string
    void client.start('summariseFeed', { url: 7 });
    // @ts-expect-error no such field
    void client.start('summariseFeed', { url: '/feed', limit: 3 });
    // @ts-expect-error no such option
    void client.start('summariseFeed', { url: '/feed' }, { thread: 'a' });
    // @ts-expect-error the name comes first
    void client.start({ workflow: 'count', input: null });
  });

  test('without an app takes JSON, and nothing else', async () => {
    const run = await untyped.start('anything', { deep: [1, 'two', null] });
    expectTypeOf(await run.result()).toEqualTypeOf<unknown>();
    // @ts-expect-error a function is no JSON
    void untyped.start('anything', { run: () => 1 });
    // @ts-expect-error nor is a date
    void unresolved.start('anything', new Date());
  });
});

describe('the run of an app', () => {
  test('is made by createRuntapeClient with the type of the app', () => {
    expectTypeOf(createRuntapeClient<FeedApp>({ url: '/' })).toEqualTypeOf<
      RuntapeClient<FeedApp>
    >();
    expectTypeOf(feed).toEqualTypeOf<WorkflowRun<FeedTypes>>();
    // @ts-expect-error no such workflow
    void client.run('summarizeFeed', id);
    // @ts-expect-error an id must be a string
    void client.run('summariseFeed', 7);
    // @ts-expect-error not the type of an app
    void createRuntapeClient<{ readonly workflows: string[] }>({ url: '/' });
  });

  test('events() has its own events, the built-in ones and those that nobody knows', async () => {
    for await (const event of feed.events()) {
      expectTypeOf(event.id).toEqualTypeOf<EventId>();
      if (event.type === 'item') {
        expectTypeOf(event.data.title).toEqualTypeOf<string>();
        // @ts-expect-error no such field
        void event.data.lnk;
      }
      if (event.type === 'read') expectTypeOf(event.data).toEqualTypeOf<number>();
      if (event.type === 'token') {
        expectTypeOf(event.data).toEqualTypeOf<EventOf<'token'>['data']>();
      }
      expectTypeOf(event.type).extract<'itme'>().toBeNever();
      // @ts-expect-error not every event has a title
      void event.data.title;
    }
    type Unknown = Extract<YieldOf<ReturnType<typeof feed.events>>, OtherEvent>;
    expectTypeOf<IsAny<Unknown['data']>>().toEqualTypeOf<false>();
  });

  test('events() filters by its own and the built-in types only', () => {
    const filtered = feed.events({ types: ['item', 'token', 'workflow:retrying'] });
    expectTypeOf(filtered).toEqualTypeOf<ReturnType<typeof feed.events>>();
    // @ts-expect-error no such event
    void feed.events({ types: ['itme'] });
    // @ts-expect-error the event of another workflow
    void client.run('count', id).events({ types: ['item'] });
  });

  test('states() has its own state and result', async () => {
    for await (const { state, result, status } of feed.states()) {
      expectTypeOf(state).toEqualTypeOf<FeedTypes['state'] | undefined>();
      expectTypeOf(result).toEqualTypeOf<FeedTypes['result'] | null>();
      // @ts-expect-error no such status
      void (status === 'done');
      // @ts-expect-error it may not be known
      void state.items;
    }
  });

  test('result() has its type', async () => {
    expectTypeOf(await feed.result()).toEqualTypeOf<{ readonly summary: string }>();
    expectTypeOf(await client.run('count', id).result()).toEqualTypeOf<number>();
    // @ts-expect-error no such field
    void (await feed.result()).sumary;
  });

  test('text() takes the name of a part', () => {
    expectTypeOf(feed.text('summary')).toEqualTypeOf<AsyncIterable<string, void>>();
    // @ts-expect-error a part is a string
    void feed.text(7);
    // @ts-expect-error no such option
    void feed.text('summary', { after: id });
  });

  test('a run of no name is that of any workflow', async () => {
    expectTypeOf(await client.run(id).result()).toEqualTypeOf<unknown>();
    // @ts-expect-error a pause has no options
    void feed.pause({ reason: 'no' });
    // @ts-expect-error no such option
    void feed.cancel({ because: 'no' });
  });
});

describe('without an app, or with one that was not found', () => {
  test('a run is unknown, never any', async () => {
    for (const run of [untyped.run(id), untyped.run('anything', id), unresolved.run('x', id)]) {
      const result = await run.result();
      expectTypeOf<IsAny<typeof result>>().toEqualTypeOf<false>();
      expectTypeOf(result).toEqualTypeOf<unknown>();
      for await (const { state, result: value } of run.states()) {
        expectTypeOf<IsAny<typeof state>>().toEqualTypeOf<false>();
        expectTypeOf(state).toEqualTypeOf<unknown>();
        expectTypeOf(value).toEqualTypeOf<unknown>();
      }
      for await (const event of run.events({ types: ['anything'] })) {
        expectTypeOf<IsAny<(typeof event)['data']>>().toEqualTypeOf<false>();
        if (event.type === 'token') expectTypeOf(event.data.content).toEqualTypeOf<string>();
        // @ts-expect-error not every event has content
        void event.data.content;
      }
    }
  });
});
