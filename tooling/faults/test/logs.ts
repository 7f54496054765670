import type { Entry } from '@runtape/event-log';
import {
  type EmittedEvent,
  type EventMetadata,
  formatEventId,
  type WorkflowEvent,
} from '@runtape/events';
import * as fc from 'fast-check';
import type { FinalLog, Frame, ClientSession } from '../src/records.ts';

export const WORKFLOW_ID = 'wf_0123456789abcdef';
const INCARNATION = 'k3v9x2ab';
const TIMESTAMP = '2026-11-02T09:00:00.000Z';

/** A log with these events. */
export function logOf(
  events: readonly { readonly event: EmittedEvent; readonly metadata?: EventMetadata }[],
): FinalLog {
  const entries = events.map(({ event, metadata = { attempt: 1 } }, index): Entry => {
    const seq = index + 1;
    const logged: WorkflowEvent = { ...event, timestamp: TIMESTAMP, metadata };
    return { id: idOf(seq), seq, event: logged };
  });
  return { workflowId: WORKFLOW_ID, entries };
}

export const idOf = (seq: number) => formatEventId({ incarnation: INCARNATION, seq });

export const started: EmittedEvent = {
  type: 'workflow:started',
  data: { workflow: 'commentOnIssue', title: 'Tokens arrive twice', target: 'sample:doubled' },
};

export const completed: EmittedEvent = {
  type: 'workflow:completed',
  data: { durationMs: 1, usage: null, cost: null, result: null },
};

export const token = (content: string, part = 'draft', isComplete = false): EmittedEvent => ({
  type: 'token',
  data: { part, content, isComplete },
});

export const status = (message: string): EmittedEvent => ({
  type: 'status',
  data: { stage: 'working', message },
});

export const stepCompleted = (step: string): EmittedEvent => ({
  type: 'step:completed',
  data: { step, durationMs: 1 },
});

/** A workflow from start to end, with texts of two parts, some of them empty, in two attempts. */
export const arbitraryLog: fc.Arbitrary<FinalLog> = fc
  .array(
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc
          .tuple(fc.string({ maxLength: 3 }), aPart(), fc.boolean())
          .map((drawn) => token(...drawn)),
      },
      { weight: 1, arbitrary: fc.string().map(status) },
    ),
    { maxLength: 30 },
  )
  .chain((events) =>
    fc.nat(events.length).map((retriedAt) => {
      const attemptOf = (index: number): EventMetadata => ({ attempt: index < retriedAt ? 1 : 2 });
      return logOf([
        { event: started },
        ...events.map((event, index) => ({ event, metadata: attemptOf(index) })),
        { event: completed, metadata: { attempt: 2 } },
      ]);
    }),
  );

function aPart(): fc.Arbitrary<string> {
  return fc.constantFrom('draft', 'notes');
}

/** An entry as a stream delivers it. */
export function frameOf({ id, event }: Entry): Frame {
  return { id, message: JSON.parse(JSON.stringify(event)) };
}

/** The messages for a reader that reads everything after a seq. */
export function sessionOf(
  log: FinalLog,
  after: number,
  frames: readonly Frame[] = log.entries.slice(after).map(frameOf),
): ClientSession {
  return {
    after: after === 0 ? null : idOf(after),
    server: 'http://127.0.0.1:1',
    frames,
    end: { kind: 'finished' },
  };
}
