import type { CancelOutcome, PauseOutcome, ResumeOutcome } from '@runtape/engine/start';
import type { JsonValue } from '@runtape/event-log';
import type {
  CursorMessage,
  EventId,
  StreamMessage,
  WorkflowId,
  WorkflowSnapshot,
} from '@runtape/events';
import type { SampleInfo } from '@runtape/github-workflows/contract';
import type { githubPlugin } from '@runtape/github-workflows/server';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { describe, expectTypeOf, test } from 'vitest';
import type { Api, EventPage, ThreadEvent, WorkflowListItem } from '../src/index.ts';

type Router = Api<readonly [ReturnType<typeof githubPlugin>]>['router'];
type Inputs = inferRouterInputs<Router>;
type Outputs = inferRouterOutputs<Router>;
type Caller = ReturnType<Router['createCaller']>;

declare const caller: Caller;

/** The type of a tracked message for clients of tRPC. */
interface TrackedData {
  id: string;
  data: StreamMessage | CursorMessage;
}

declare const trackedData: TrackedData;

describe('inputs', () => {
  test('startComment takes a target of three kinds', () => {
    const valid: Inputs['startComment'] = {
      target: { kind: 'github', owner: 'acme', repo: 'site', issueNumber: 7 },
      post: true,
      idempotencyKey: 'k',
    };
    expectTypeOf(valid).toExtend<Inputs['startComment']>();
    // @ts-expect-error no such kind of target
    void caller.startComment({ target: { kind: 'gitlab', name: 'x' } });
    // @ts-expect-error a sample needs a name
    void caller.startComment({ target: { kind: 'sample' } });
    // @ts-expect-error a name must be a string
    void caller.startComment({ target: { kind: 'sample', name: 7 } });
  });

  test('startReview takes a budget, and models by role', () => {
    const review = {
      target: { kind: 'sample', name: 'x' },
      maxIterations: 0,
      budget: { usd: 0.5 },
      models: { writer: 'gpt-5' },
      onAgentFailure: 'fail',
    } as const;
    expectTypeOf(review).toExtend<Inputs['startReview']>();
    // @ts-expect-error no such role
    void caller.startReview({ target: review.target, models: { boss: 'gpt-5' } });
    // @ts-expect-error no such unit
    void caller.startReview({ target: review.target, budget: { eur: 1 } });
  });

  test('the id of a workflow is a string under `workflowId`', () => {
    expectTypeOf<Inputs['workflow']['get']>().toEqualTypeOf<{
      workflowId: string;
      at?: string | undefined;
    }>();
    // @ts-expect-error another name
    void caller.workflow.get({ id: 'wf_0123456789abcdef' });
    // @ts-expect-error the id is missing
    void caller.cancelWorkflow({});
    // @ts-expect-error another name
    void caller.pauseWorkflow({ id: 'wf_0123456789abcdef' });
    // @ts-expect-error a number is no cursor
    void caller.onWorkflowEvents({ workflowId: 'wf_0123456789abcdef', lastEventId: 17 });
    // @ts-expect-error a thread id is required
    void caller.onThreadEvents({ workflowId: 'wf_0123456789abcdef' });
    // @ts-expect-error a number is no cursor
    void caller.onThreadEvents({ threadId: 'thread-1', lastEventId: 17 });
    // @ts-expect-error no such status
    void caller.workflow.list({ status: ['done'] });
  });
});

describe('outputs', () => {
  test('have the types that clients rely on', () => {
    expectTypeOf<Outputs['cancelWorkflow']>().toEqualTypeOf<{ outcome: CancelOutcome }>();
    expectTypeOf<Outputs['pauseWorkflow']>().toEqualTypeOf<{ outcome: PauseOutcome }>();
    expectTypeOf<Outputs['resumeWorkflow']>().toEqualTypeOf<{ outcome: ResumeOutcome }>();
    expectTypeOf<Outputs['workflow']['get']>().toEqualTypeOf<{
      readonly snapshot: WorkflowSnapshot;
      readonly watchers: number;
      readonly createdAt: number;
      readonly mayChange: boolean;
    }>();
    expectTypeOf<Outputs['workflow']['events']>().toEqualTypeOf<EventPage>();
    expectTypeOf<Outputs['workflow']['list']>().toEqualTypeOf<{
      readonly workflows: WorkflowListItem[];
      readonly next: string | null;
    }>();
    expectTypeOf<Outputs['samples'][number]>().toExtend<SampleInfo>();
  });

  test('have no unknown fields', async () => {
    const { workflowId } = await caller.startComment({ target: { kind: 'sample', name: 'x' } });
    expectTypeOf(workflowId).toExtend<string>();
    const got = await caller.workflow.get({ workflowId });
    // @ts-expect-error the status is in the snapshot
    void got.status;
  });

  test('stream tracked messages, distinguished by their type', () => {
    type Streamed = Outputs['onWorkflowEvents'] extends AsyncIterable<infer Value> ? Value : never;
    expectTypeOf<Streamed>().toEqualTypeOf<TrackedData>();
    const { data: message } = trackedData;
    expectTypeOf(message.type).extract<'tokens'>().toBeNever();
    // @ts-expect-error not every message has content
    void message.data.content;
    if (message.type === 'token') expectTypeOf(message.data.content).toEqualTypeOf<string>();
  });

  test('C4: stream the events of a thread, each message with its workflow', () => {
    type Streamed = Outputs['onThreadEvents'] extends AsyncIterable<infer Value> ? Value : never;
    expectTypeOf<Streamed>().toEqualTypeOf<{ id: string; data: ThreadEvent }>();
    type Message = Extract<ThreadEvent, { readonly message: unknown }>;
    expectTypeOf<Message['message']>().toEqualTypeOf<StreamMessage>();
    expectTypeOf<ThreadEvent['workflowId']>().toEqualTypeOf<WorkflowId>();
    expectTypeOf<Message['id']>().toEqualTypeOf<EventId>();
    type Listed = Outputs['thread']['events']['events'][number];
    expectTypeOf<Listed>().toExtend<ThreadEvent & { readonly cursor: string }>();
    expectTypeOf<NotJson<ThreadEvent>>().toEqualTypeOf<never>();
  });

  /**
   * Other values would reach clients with another type than declared: see `json-transformer.ts`.
   */
  test('consist of JSON values only', () => {
    expectTypeOf<
      NotJson<Omit<Outputs, 'onWorkflowEvents' | 'onThreadEvents'>>
    >().toEqualTypeOf<never>();
    expectTypeOf<NotJson<StreamMessage | CursorMessage>>().toEqualTypeOf<never>();
    expectTypeOf<NotJson<{ at: { time: Date }[] }>>().toEqualTypeOf<Date>();
  });
});

type NotJson<T> = T extends JsonValue | undefined
  ? never
  : T extends Date | bigint | symbol | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>
    ? T
    : T extends readonly (infer Item)[]
      ? NotJson<Item>
      : { [Key in keyof T]-?: NotJson<T[Key]> }[keyof T];
