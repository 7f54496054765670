import { setTimeout as pass } from 'node:timers/promises';
import type { EventLog, NewWorkflow } from '@runtape/event-log';
import type { EmittedEvent, WorkflowEvent } from '@runtape/events';
import { TestLog } from '@runtape/testing';

export const START = Date.parse('2026-11-02T12:04:00.000Z');

/** Returns an event at `ms` after the start. */
export const at = (ms: number, event: EmittedEvent): WorkflowEvent => ({
  ...event,
  timestamp: new Date(START + ms).toISOString(),
});

const usage = (tokens: number) => ({
  inputTokens: tokens,
  outputTokens: Math.round(tokens / 4),
  totalTokens: Math.round(tokens * 1.25),
});

const status = (stage: string, message: string): EmittedEvent => ({
  type: 'status',
  data: { stage, message },
});

const tool = (callId: string, path: string): EmittedEvent => ({
  type: 'tool:called',
  data: { callId, name: 'read_file', agentId: 'researcher', arguments: { path } },
});

const returned = (callId: string, ok: boolean): EmittedEvent => ({
  type: 'tool:returned',
  data: {
    callId,
    name: 'read_file',
    agentId: 'researcher',
    ok,
    summary: ok ? '80 lines' : 'There is no such file',
    output: ok ? '1\tconst a = 1;' : '',
    truncated: false,
    durationMs: 220,
  },
});

const agent = (agentId: string, name: string): EmittedEvent => ({
  type: 'agent:started',
  data: { agentId, name, role: agentId },
});

const progress = (agentId: string, message: string, more: object = {}): EmittedEvent => ({
  type: 'agent:progress',
  data: { agentId, message, ...more },
});

const agentDone = (agentId: string, durationMs: number, summary: string): EmittedEvent => ({
  type: 'agent:completed',
  data: { agentId, durationMs, usage: usage(durationMs / 4), cost: durationMs / 1e6, summary },
});

const words = (from: number, text: string, everyMs = 40): WorkflowEvent[] =>
  text.split(/(?<= )/).map((content, index, all) =>
    at(from + index * everyMs, {
      type: 'token',
      data: { part: 'draft', content, isComplete: index === all.length - 1 },
    }),
  );

const FIRST =
  '## What happens\n\nThe page asks for history first and then for what is live. An event that comes between the two is delivered twice, for the cursor of the second request is older than it should be.\n\n';
const SECOND =
  '## What happens\n\nThe page reads the history and then goes live. An event that arrives between the two is shown twice: the cursor is taken before the history is read.\n\n## What to do\n\nTake the cursor from the last event that was **shown**, and ask for what comes after it. A test that delays the second request shows the difference.\n\n- `resume.ts` keeps the cursor\n- `tail.ts` compares it\n';

/**
 * A review by agents with everything that a tape can show, up to its last draft. It takes almost a
 * minute, and was paused for an hour.
 */
export const review: readonly WorkflowEvent[] = [
  at(0, {
    type: 'workflow:started',
    data: { workflow: 'reviewIssue', title: 'Tokens arrive twice', target: 'sample:doubled' },
  }),
  at(20, { type: 'workflow:running', data: { attempt: 1, maxAttempts: 3 } }),
  at(400, status('issue_read', 'The issue is read.')),
  at(600, agent('triager', 'Triager')),
  at(1600, progress('triager', 'Looks at what kind of issue it is', { step: 1, steps: 2 })),
  at(3200, agentDone('triager', 2600, 'A bug, severe: text is shown twice.')),
  at(3300, agent('researcher', 'Researcher')),
  ...Array.from({ length: 8 }, (_, n) => [
    at(3800 + n * 900, tool(`call-${n}`, `packages/client/src/${['resume', 'tail'][n % 2]}.ts`)),
    at(4300 + n * 900, returned(`call-${n}`, n !== 3)),
  ]).flat(),
  at(11_500, { type: 'log:created', data: { level: 'warn', message: 'The model was slow.' } }),
  at(12_000, agentDone('researcher', 8700, 'Two files have to do with it.')),
  at(12_100, agent('writer', 'Writer')),
  ...words(12_400, FIRST),
  at(14_500, {
    type: 'workflow:retrying',
    data: {
      attempt: 2,
      maxAttempts: 3,
      inMs: 1500,
      reason: { code: 'worker_lost', message: 'The worker stopped answering.' },
    },
  }),
  at(16_000, { type: 'workflow:running', data: { attempt: 2, maxAttempts: 3 } }),
  at(16_100, agent('writer', 'Writer')),
  ...words(16_400, FIRST),
  at(18_200, agentDone('writer', 2100, 'A first draft.')),
  at(18_300, agent('critic', 'Critic')),
  at(19_500, progress('critic', 'Compares the draft with the code', { iteration: 1 })),
  at(21_000, agentDone('critic', 2700, 'It does not say what to do.')),
  at(21_100, { type: 'budget:warning', data: { unit: 'usd', spent: 0.0163, limit: 0.02 } }),
  at(21_200, { type: 'workflow:paused', data: { by: 'ada' } }),
  at(3_621_200, { type: 'workflow:resumed', data: { by: 'ada' } }),
  at(3_621_400, { type: 'workflow:running', data: { attempt: 3, maxAttempts: 3 } }),
  at(3_621_500, agent('writer', 'Writer')),
  at(3_621_600, progress('writer', 'Writes it again', { iteration: 2 })),
  ...words(3_621_900, SECOND, 60),
  at(3_626_800, { type: 'log:created', data: { level: 'error', message: 'A source is gone.' } }),
];

/** The last events of the review. */
export const reviewed: readonly WorkflowEvent[] = [
  at(3_627_000, agentDone('writer', 5500, 'Says what to do.')),
  at(3_628_000, {
    type: 'workflow:completed',
    data: { durationMs: 3_628_000, usage: usage(9000), cost: 0.0191, result: null },
  }),
];

/**
 * Writes events to a new workflow.
 * @param input the input of the workflow.
 * @returns the log, to which more can be appended.
 */
export async function record(
  log: EventLog,
  events: readonly WorkflowEvent[],
  input?: NewWorkflow['input'],
): Promise<TestLog> {
  const testLog = await TestLog.create(log, { ...(input !== undefined && { input }) });
  for (let from = 0; from < events.length; from += 1000) {
    await testLog.append(...events.slice(from, from + 1000));
  }
  return testLog;
}

/** Returns the events of a workflow, mostly text, one every 20 ms. */
export function longReview(events: number): readonly WorkflowEvent[] {
  const [started, running] = review;
  if (started === undefined || running === undefined) return [];
  const pieces = Array.from({ length: events - 2 }, (_, n) =>
    n % 500 === 250
      ? at(100 + n * 20, status('working', `Part ${n / 500 + 0.5} is done.`))
      : at(100 + n * 20, {
          type: 'token',
          data: {
            part: 'draft',
            content: n % 12 === 11 ? `word${n}.\n\n` : `word${n} `,
            isComplete: false,
          },
        }),
  );
  return [started, running, ...pieces];
}

/** Appends a token every 20 ms until the signal aborts. */
export async function keepAppending(
  testLog: TestLog,
  from: number,
  signal: AbortSignal,
): Promise<void> {
  for (let n = 0; !signal.aborted; n += 1) {
    await testLog.append(
      at(from + n * 20, {
        type: 'token',
        data: { part: 'draft', content: `more${n} `, isComplete: false },
      }),
    );
    await pass(20);
  }
}
