import type { App, ConnectionState, RuntapeClient, RuntapeClientError } from '@runtape/client';
import type { AgentState, LogLine, StreamEntry, WorkflowSnapshot } from '@runtape/events';
import { describe, expectTypeOf, test } from 'vitest';
import {
  createHooks,
  type FollowedWorkflow,
  RuntapeProvider,
  StreamHandler,
  type StreamReset,
  useRuntapeClient,
  useWorkflow,
  useWorkflowStream,
  type WorkflowStream,
} from '../src/index.ts';

describe('useWorkflowStream', () => {
  test('E6: returns all of its fields, typed', () => {
    expectTypeOf(useWorkflowStream).returns.toEqualTypeOf<WorkflowStream>();
    expectTypeOf<WorkflowStream>().toEqualTypeOf<{
      readonly workflow: WorkflowSnapshot;
      readonly agents: readonly AgentState[];
      readonly logs: readonly LogLine[];
      readonly connection: ConnectionState;
      readonly isConnected: boolean;
      readonly isStreaming: boolean;
      readonly error: RuntapeClientError | null;
      readonly reset: StreamReset | null;
      readonly dismissReset: () => void;
      readonly reconnect: () => void;
    }>();
  });

  test('an event is a member of the union: its type determines its data', () => {
    useWorkflowStream('wf_0123456789abcdef', {
      onEvent: ({ message }: StreamEntry) => {
        if (message.type === 'token') {
          expectTypeOf(message.data.content).toEqualTypeOf<string>();
          // @ts-expect-error -- A token has no result.
          void message.data.result;
        }
        // @ts-expect-error -- Not every event has content.
        void message.data.content;
        expectTypeOf(message.type).extract<'workflow:exploded'>().toBeNever();
      },
      onError: (error) => expectTypeOf(error).toEqualTypeOf<RuntapeClientError>(),
      onCompleted: (workflow) => expectTypeOf(workflow).toEqualTypeOf<WorkflowSnapshot>(),
      onFailed: (workflow) => expectTypeOf(workflow).toEqualTypeOf<WorkflowSnapshot>(),
    });
  });

  test('wrong use does not compile', () => {
    // @ts-expect-error -- The id is missing.
    useWorkflowStream();
    // @ts-expect-error -- No such option.
    useWorkflowStream('wf_0123456789abcdef', { onEvents: () => {} });
    // @ts-expect-error -- Not a boolean.
    useWorkflowStream('wf_0123456789abcdef', { enabled: 'yes' });
    const { workflow } = useWorkflowStream('wf_0123456789abcdef');
    // @ts-expect-error -- The snapshot is read-only.
    workflow.cursor.length = 1;
    expectTypeOf(workflow.status).not.toBeAny();
    // @ts-expect-error -- No such status.
    void (workflow.status === 'exploded');
  });
});

interface FeedTypes {
  readonly input: { readonly url: string };
  readonly result: { readonly summary: string };
  readonly events: { readonly item: { readonly title: string } };
  readonly state: { readonly titles: readonly string[] };
}

interface CountTypes {
  readonly input: null;
  readonly result: number;
  readonly events: { readonly counted: number };
  readonly state: undefined;
}

type FeedApp = App<{ readonly summariseFeed: FeedTypes }>;
type TwoApp = App<{ readonly summariseFeed: FeedTypes; readonly count: CountTypes }>;
type IsAny<Type> = 0 extends 1 & Type ? true : false;

declare const id: string;

describe('useWorkflow', () => {
  test('E6: is typed by the app and the name', () => {
    const feed = useWorkflow<FeedApp>('summariseFeed', id, {
      onEvent: (event) => {
        if (event.type === 'item') expectTypeOf(event.data.title).toEqualTypeOf<string>();
        // @ts-expect-error -- Not every event has a title.
        void event.data.title;
      },
    });
    expectTypeOf(feed).toEqualTypeOf<FollowedWorkflow<FeedTypes>>();
    expectTypeOf(feed.state).toEqualTypeOf<FeedTypes['state'] | undefined>();
    expectTypeOf(feed.result).toEqualTypeOf<FeedTypes['result'] | null>();
    expectTypeOf(feed.text('summary')).toEqualTypeOf<string>();
    // @ts-expect-error -- No such field.
    void feed.state?.title;
    // @ts-expect-error -- No such field.
    void feed.result?.sumary;
    // @ts-expect-error -- No such workflow.
    useWorkflow<FeedApp>('summarizeFeed', id);
    // @ts-expect-error -- The id is missing; it may be null.
    useWorkflow<FeedApp>('summariseFeed');
    // @ts-expect-error -- No such option.
    useWorkflow<FeedApp>('summariseFeed', id, { onEvents: () => {} });
    // @ts-expect-error -- A text has a name.
    feed.text(7);
    // @ts-expect-error -- No such option.
    void feed.cancel({ because: 'no' });
  });

  test('E6: createHooks infers the name', () => {
    const hooks = createHooks<TwoApp>();
    expectTypeOf(hooks.useWorkflow('count', id)).toEqualTypeOf<FollowedWorkflow<CountTypes>>();
    expectTypeOf(hooks.useWorkflow('summariseFeed', null).result).toEqualTypeOf<
      FeedTypes['result'] | null
    >();
    expectTypeOf(useWorkflow<TwoApp, 'count'>('count', id).result).toEqualTypeOf<number | null>();
    expectTypeOf(hooks.useRuntapeClient()).toEqualTypeOf<RuntapeClient<TwoApp>>();
    expectTypeOf(useRuntapeClient<FeedApp>()).toEqualTypeOf<RuntapeClient<FeedApp>>();
    // @ts-expect-error -- No such workflow.
    hooks.useWorkflow('counts', id);
    // @ts-expect-error -- The input of another workflow.
    void hooks.useRuntapeClient().start('count', { url: '/feed' });
  });

  test('E6: without an app everything is unknown, never any', () => {
    const { state, result } = useWorkflow('anything', id);
    expectTypeOf<IsAny<typeof state>>().toEqualTypeOf<false>();
    expectTypeOf<IsAny<typeof result>>().toEqualTypeOf<false>();
    expectTypeOf(state).toEqualTypeOf<unknown>();
    expectTypeOf(result).toEqualTypeOf<unknown>();
    const unresolved = useWorkflow<ReturnType<typeof JSON.parse>>('anything', id);
    expectTypeOf<IsAny<(typeof unresolved)['result']>>().toEqualTypeOf<false>();
  });

  test('a client of an app can be provided', () => {
    const client = createHooks<TwoApp>().useRuntapeClient();
    void (<RuntapeProvider client={client} />);
    expectTypeOf(client).toEqualTypeOf<RuntapeClient<TwoApp>>();
  });
});

describe('StreamHandler', () => {
  test('A8: takes the workflow id, callbacks and a class name', () => {
    void (
      <StreamHandler
        workflowId="wf_0123456789abcdef"
        onComplete={(workflow) => expectTypeOf(workflow).toEqualTypeOf<WorkflowSnapshot>()}
        onError={({ code, message }) => {
          expectTypeOf(code).toExtend<string>();
          expectTypeOf(message).toEqualTypeOf<string>();
        }}
        className="mt-4"
      />
    );
    // @ts-expect-error -- The id is missing.
    void (<StreamHandler />);
    void (<StreamHandler workflowId="wf_0123456789abcdef" part="summary" />);
    // @ts-expect-error -- A part has a name.
    void (<StreamHandler workflowId="wf_0123456789abcdef" part={2} />);
    // @ts-expect-error -- It is called onComplete.
    void (<StreamHandler workflowId="wf_0123456789abcdef" onCompleted={() => {}} />);
  });
});
