import type { ConnectionState, RuntapeClientError } from '@runtape/client';
import type { AgentState, LogLine, StreamEntry, WorkflowSnapshot } from '@runtape/events';
import { describe, expectTypeOf, test } from 'vitest';
import {
  StreamHandler,
  type StreamReset,
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
    // @ts-expect-error -- It is called onComplete.
    void (<StreamHandler workflowId="wf_0123456789abcdef" onCompleted={() => {}} />);
  });
});
