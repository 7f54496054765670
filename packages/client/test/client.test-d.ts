import type {
  CursorMessage,
  EventId,
  StreamEntry,
  WorkflowId,
  WorkflowSnapshot,
} from '@runtape/events';
import { describe, expectTypeOf, test } from 'vitest';
import type { Calls } from '../src/transport/calls.ts';
import type {
  ConnectionState,
  ErrorKind,
  RuntapeClientError,
  WorkflowListItem,
} from '../src/index.ts';
import type { GithubClient } from '@runtape/github-workflows/client';

declare const client: GithubClient;
declare const cursor: EventId;
declare const state: ConnectionState;

describe('the client', () => {
  test('starts comments on targets only', async () => {
    const started = await client.startComment({ target: { kind: 'sample', name: 'x' } });
    expectTypeOf(started.workflowId).toEqualTypeOf<WorkflowId>();
    // @ts-expect-error an issue has a number
    void client.startComment({ target: { kind: 'github', owner: 'a', repo: 'b' } });
    // @ts-expect-error a target must be an object
    void client.startComment({ target: 'acme/site#7' });
    // @ts-expect-error no such field
    void started.id;
  });

  test('returns what the router returns', async () => {
    const { snapshot, watchers } = await client.getWorkflow('wf_0123456789abcdef');
    expectTypeOf(snapshot).toEqualTypeOf<WorkflowSnapshot>();
    expectTypeOf(watchers).toEqualTypeOf<number>();
    const { workflows, next } = await client.listWorkflows({ status: ['running'] });
    expectTypeOf(workflows).toEqualTypeOf<WorkflowListItem[]>();
    expectTypeOf(next).toEqualTypeOf<string | null>();
    const { outcome } = await client.cancelWorkflow('wf_0123456789abcdef');
    expectTypeOf(outcome).toEqualTypeOf<'requested' | 'cancelled' | 'already_ended'>();
    const resumed = await client.resumeWorkflow('wf_0123456789abcdef');
    expectTypeOf(resumed.outcome).toEqualTypeOf<'resumed' | 'not_paused' | 'already_ended'>();
    const paused = await client.pauseWorkflow('wf_0123456789abcdef');
    expectTypeOf(paused.outcome).toEqualTypeOf<
      'requested' | 'paused' | 'already_paused' | 'already_ended'
    >();
    // @ts-expect-error no such outcome
    void (paused.outcome === 'resumed');
    // @ts-expect-error no such status
    void client.listWorkflows({ status: ['done'] });
    // @ts-expect-error a workflow id must be a string
    void client.getWorkflow(7);
  });

  test('follows with typed entries', () => {
    const stream = client.follow('wf_0123456789abcdef', { after: cursor });
    expectTypeOf(stream).toEqualTypeOf<AsyncIterable<StreamEntry>>();
    // @ts-expect-error a cursor must be an event id, not any string
    void client.follow('wf_0123456789abcdef', { after: 'k3v9x2ab-17' });
  });

  test('whose messages are distinguished by their type', async () => {
    type Token = Extract<StreamEntry['message'], { type: 'token' }>;
    expectTypeOf<Token['data']['content']>().toEqualTypeOf<string>();
    for await (const { message } of client.follow('wf_0123456789abcdef')) {
      expectTypeOf(message.type).extract<'tokens'>().toBeNever();
      // @ts-expect-error not every message has content
      void message.data.content;
    }
  });

  test('offers the typed tRPC client for everything else', () => {
    expectTypeOf(client.trpc.workflow.events.query).parameter(0).toEqualTypeOf<{
      workflowId: string;
      after?: string | undefined;
      limit?: number | undefined;
      types?: string[] | undefined;
      contains?: string | undefined;
    }>();
    // @ts-expect-error no such procedure
    void client.trpc.workflow.delete;
    client.trpc.onWorkflowEvents.subscribe(
      { workflowId: 'wf_0123456789abcdef' },
      {
        onData: ({ id, data }) => {
          expectTypeOf(id).toEqualTypeOf<string>();
          expectTypeOf(data).toEqualTypeOf<StreamEntry['message'] | CursorMessage>();
        },
        onError: ({ data }) => {
          expectTypeOf(data?.error.docs).toEqualTypeOf<string | undefined>();
          // @ts-expect-error not an error code of Runtape
          return data?.error.code === 'workflow_unknown';
        },
      },
    );
  });
});

describe('what it reports', () => {
  test('connection states are distinguished by their name', () => {
    // @ts-expect-error only while reconnecting
    void state.inMs;
    // @ts-expect-error no such state
    if (state.state === 'closed') return;
    type Reconnecting = Extract<ConnectionState, { state: 'reconnecting' }>;
    expectTypeOf<Reconnecting['inMs']>().toEqualTypeOf<number>();
  });

  test('D8: five kinds of failure', () => {
    expectTypeOf<ErrorKind>().toEqualTypeOf<
      'service' | 'stream' | 'protocol' | 'network' | 'refused'
    >();
    expectTypeOf<RuntapeClientError['kind']>().toEqualTypeOf<ErrorKind>();
    // A server may have codes of its own.
    expectTypeOf<'post_not_mine'>().toExtend<RuntapeClientError['code']>();
    // @ts-expect-error a code is a text
    const code: RuntapeClientError['code'] = 403;
    void code;
  });
});

type IsAny<Type> = 0 extends 1 & Type ? true : false;

describe('types that come from the contract alone', () => {
  test('are never any', () => {
    type Call = Exclude<keyof Calls, symbol | number>;
    type AnyCall = {
      [Name in Call]: true extends
        | IsAny<Parameters<Calls[Name]>[0]>
        | IsAny<Awaited<ReturnType<Calls[Name]>>>
        ? Name
        : never;
    }[Call];
    expectTypeOf<AnyCall>().toEqualTypeOf<never>();
    expectTypeOf<IsAny<GithubClient['trpc']>>().toEqualTypeOf<false>();
    expectTypeOf<IsAny<GithubClient['trpc']['workflow']['get']['query']>>().toEqualTypeOf<false>();
    expectTypeOf<IsAny<RuntapeClientError['code']>>().toEqualTypeOf<false>();
  });

  test('refuse wrong calls', () => {
    // @ts-expect-error a question must be a string
    void client.startQuestion({ question: 7 });
    // @ts-expect-error a comment has a body
    void client.postComment('wf_0123456789abcdef', {});
    // @ts-expect-error the workflow comes first
    void client.postComment({ workflowId: 'wf_0123456789abcdef', body: 'Thanks.' });
    // @ts-expect-error no such option
    void client.cancelWorkflow('wf_0123456789abcdef', { because: 'no' });
    // @ts-expect-error a pause has no options
    void client.pauseWorkflow('wf_0123456789abcdef', { reason: 'no' });
    // @ts-expect-error hours must be a number
    void client.shareWorkflow('wf_0123456789abcdef', { hours: '24' });
    // @ts-expect-error it takes no input
    void client.samples({ limit: 1 });
    expectTypeOf(client).not.toHaveProperty('onWorkflowEvents');
    expectTypeOf(client).not.toHaveProperty('deleteWorkflow');
  });
});
