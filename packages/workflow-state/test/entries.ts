import {
  type EmittedEvent,
  type EventId,
  type EventMetadata,
  formatEventId,
  type OtherEvent,
  otherEventSchema,
  type WorkflowEvent,
  type WorkflowSnapshot,
} from '@runtape/events';
import { initialState, reduce } from '@runtape/workflow-state';

export interface TestEntry {
  readonly id: EventId;
  readonly event: WorkflowEvent;
}

/** A built-in or an own event, before it has a time. */
export type Emitted = EmittedEvent | Pick<OtherEvent, 'type' | 'data'>;

export const WORKFLOW_ID = 'wf_0123456789abcdef';
const START = Date.parse('2026-11-02T09:00:00.000Z');

export const idOf = (seq: number, incarnation = 'k3v9x2ab'): EventId =>
  formatEventId({ incarnation, seq });

/** The time of an event: one event per second. */
export const timeOf = (seq: number): string => new Date(START + seq * 1000).toISOString();

/** Adds the time and the metadata to an emitted event, as the engine does. */
function at(seq: number, emitted: Emitted, metadata?: EventMetadata): WorkflowEvent {
  return { ...emitted, timestamp: timeOf(seq), ...(metadata && { metadata }) };
}

export const entryOf = (seq: number, emitted: Emitted, metadata?: EventMetadata): TestEntry => ({
  id: idOf(seq),
  event: at(seq, emitted, metadata),
});

/** Numbers events from 1. */
export function entriesOf(
  ...events: readonly (Emitted | readonly [Emitted, EventMetadata])[]
): readonly TestEntry[] {
  return events.map((item, index) => {
    const [emitted, metadata] = 'type' in item ? [item] : item;
    return entryOf(index + 1, emitted, metadata);
  });
}

export function foldAll(
  entries: readonly TestEntry[],
  from: WorkflowSnapshot = initialState(WORKFLOW_ID),
): WorkflowSnapshot {
  return entries.reduce(reduce, from);
}

export const started = {
  type: 'workflow:started',
  data: { workflow: 'commentOnIssue', title: 'Tokens arrive twice', target: 'sample:doubled' },
} as const satisfies EmittedEvent;

export const running = (attempt = 1): EmittedEvent => ({
  type: 'workflow:running',
  data: { attempt, maxAttempts: 3 },
});

export const retrying = (attempt: number): EmittedEvent => ({
  type: 'workflow:retrying',
  data: {
    attempt,
    maxAttempts: 3,
    inMs: 1500,
    reason: { code: 'worker_lost', message: 'The worker stopped answering.' },
  },
});

export const token = (content: string, isComplete = false, part = 'draft'): EmittedEvent => ({
  type: 'token',
  data: { part, content, isComplete },
});

export const stepStarted = (step: string): EmittedEvent => ({
  type: 'step:started',
  data: { step },
});

export const stepCompleted = (step: string): EmittedEvent => ({
  type: 'step:completed',
  data: { step, durationMs: 12 },
});

export const toolCalled = (callId: string): EmittedEvent => ({
  type: 'tool:called',
  data: { callId, name: 'search', arguments: { text: 'cursor' } },
});

export const toolReturned = (callId: string, ok = true): EmittedEvent => ({
  type: 'tool:returned',
  data: {
    callId,
    name: 'search',
    ok,
    summary: '2 matches in 1 file',
    output: 'a.ts:1',
    truncated: false,
    durationMs: 7,
  },
});

export const agentStarted = (agentId: string): EmittedEvent => ({
  type: 'agent:started',
  data: { agentId, name: 'Ada', role: 'writer' },
});

export function custom(type: string, data: unknown = null): Pick<OtherEvent, 'type' | 'data'> {
  return otherEventSchema.pick({ type: true, data: true }).parse({ type, data });
}

export const inStep = (step: string, emitted: Emitted): readonly [Emitted, EventMetadata] => [
  emitted,
  { attempt: 1, step },
];

export const completed: EmittedEvent = {
  type: 'workflow:completed',
  data: {
    durationMs: 5000,
    usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
    cost: 0.002,
    result: { comment: 'Done.' },
  },
};

export const failed: EmittedEvent = {
  type: 'workflow:failed',
  data: { durationMs: 5000, error: { code: 'model_not_found', message: 'Choose another model.' } },
};

export const cancelled: EmittedEvent = {
  type: 'workflow:cancelled',
  data: { durationMs: 5000, by: 'ada', reason: 'Wrong issue.' },
};
