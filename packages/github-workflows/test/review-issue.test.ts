import { demoModelName } from '@runtape/worker/demo-model';
import type { WorkflowEvent } from '@runtape/events';
import { expect, test } from 'vitest';
import { samples } from '../src/index.ts';
import { failureOf, ofType, retryReasons, reviewOf, stages, textOf } from './read-events.ts';
import { openHarness } from './harness.ts';

const queueCode =
  'export function drainQueue() {\n  // Nobody waits for it.\n  return null;\n}\n\nexport function fill() {\n  drainQueue();\n}\n';
const github = {
  repositories: [
    {
      owner: 'acme',
      repo: 'app',
      files: { 'src/queue.ts': queueCode, 'README.md': 'An app.\n' },
      issues: [
        {
          number: 7,
          title: 'drainQueue returns null',
          body: 'When I call `drainQueue` it returns null and the program crashes.',
        },
      ],
    },
  ],
};
const issue = { kind: 'github', owner: 'acme', repo: 'app', issueNumber: 7 } as const;

/** The actions of the agents, in order. */
const agentActions = (events: readonly WorkflowEvent[]): string[] =>
  events.flatMap((event) => {
    switch (event.type) {
      case 'agent:started':
      case 'agent:completed':
      case 'agent:failed':
        return [`${event.type.slice('agent:'.length)} ${event.data.agentId}`];
      default:
        return [];
    }
  });

test.each(samples)(
  'E2: four agents review the sample $name; the critic sends the draft back, and the writer applies the remark',
  async ({ name, title }) => {
    await using harness = await openHarness();
    const events = await harness.review({ kind: 'sample', name });
    const result = reviewOf(events);
    expect(result).toMatchObject({ iterations: 1, approved: true, cost: 0 });
    expect(result.triage?.summary).toContain(title);
    const cited = result.sources.filter(({ path }) => result.comment.includes(`\`${path}:`));
    expect(cited.length).toBeGreaterThan(0);
    expect(textOf(events, 'draft')).not.toContain('What to check next');
    expect(textOf(events, 'draft-2')).toBe(result.comment);
    expect(result.comment).toContain('What to check next');
    expect(JSON.stringify(events)).not.toContain(import.meta.dirname.slice(0, -'/test'.length));
  },
);

test('E1: E2: every event of a review arrives with its payload, in order', async () => {
  await using harness = await openHarness({ github });
  const events = await harness.review(issue);
  const result = reviewOf(events);
  expect(agentActions(events)).toEqual([
    'started triager',
    'completed triager',
    'started researcher',
    'completed researcher',
    'started writer',
    'completed writer',
    'started critic',
    'completed critic',
    'started writer-2',
    'completed writer-2',
    'started critic-2',
    'completed critic-2',
  ]);
  expect(stages(events)).toEqual([
    'authenticated',
    'issue_read',
    'repository_ready',
    'triaging',
    'researching',
    'drafting',
    'criticising',
    'drafting',
    'criticising',
    'reviewed',
  ]);
  expect(ofType(events, 'agent:started').map(({ data }) => data)).toContainEqual({
    agentId: 'writer-2',
    name: 'Writer',
    role: 'writer',
    model: demoModelName,
  });
  for (const { data, metadata } of ofType(events, 'agent:completed')) {
    expect(data.usage?.totalTokens).toBeGreaterThan(0);
    expect(data.cost).toBe(0);
    expect(data.summary).toMatch(/\.$/);
    expect(metadata?.step).toBe(data.agentId);
  }
  const total = ofType(events, 'agent:completed').reduce(
    (sum, { data }) => sum + (data.usage?.totalTokens ?? 0),
    0,
  );
  expect(result.usage?.totalTokens).toBe(total);
  expect(events.at(-1)?.data).toMatchObject({ usage: result.usage, cost: 0 });
  expect(ofType(events, 'tool:called').map(({ data }) => data.agentId)).toContain('researcher');
  expect(new Set(ofType(events, 'tool:returned').map(({ data }) => data.agentId))).toEqual(
    new Set(['researcher']),
  );
  const logs = ofType(events, 'log:created').map(({ data }) => data);
  expect(logs.find(({ agentId }) => agentId === 'triager')?.fields).toEqual({
    kind: 'bug',
    severity: 'high',
  });
  expect(logs.find(({ agentId }) => agentId === 'critic')?.message).toContain('src/queue.ts:');
  expect(result.sources.map(({ path }) => path)).toEqual(['src/queue.ts']);
});

test('E5: progress comes at most once a second per agent, and the writer reports how far it is', async () => {
  await using harness = await openHarness({ github, tokensPerSecond: 400 });
  const events = await harness.review(issue, { maxIterations: 0 });
  reviewOf(events);
  const byAgent = Map.groupBy(ofType(events, 'agent:progress'), ({ data }) => data.agentId);
  expect([...byAgent.keys()]).toEqual(['triager', 'researcher', 'writer', 'critic']);
  for (const progress of byAgent.values()) {
    const times = progress.map(({ timestamp }) => Date.parse(timestamp));
    // The last state before the end is not throttled.
    const apart = times.slice(1, -1).map((time, index) => time - (times[index] ?? 0));
    expect(apart.filter((ms) => ms < 1_000)).toEqual([]);
  }
  const said = byAgent.get('writer')?.map(({ data }) => data.message);
  expect(said?.at(-1)).toMatch(/^Writing version 1: \d{3,} characters$/);
});

test('E2: the critic may send the draft back a limited number of times; its last remarks are reported', async () => {
  await using harness = await openHarness({ github });
  const events = await harness.review(issue, { maxIterations: 0 });
  expect(reviewOf(events)).toMatchObject({ iterations: 0, approved: false });
  expect(agentActions(events)).not.toContain('started writer-2');
  expect(ofType(events, 'status').at(-1)?.data.message).toContain('still has remarks');
});

test('E2: each role uses its configured model, and has its own cost', async () => {
  const prices = { [demoModelName]: { inputPerMillion: 1_000, outputPerMillion: 2_000 } };
  await using harness = await openHarness({ github, changes: { prices } });
  const events = await harness.review(issue, { maxIterations: 0 });
  const costs = ofType(events, 'agent:completed').map(({ data }) => data.cost ?? NaN);
  expect(costs).toHaveLength(4);
  expect(Math.min(...costs)).toBeGreaterThan(0);
  expect(reviewOf(events).cost).toBeCloseTo(costs.reduce((sum, cost) => sum + cost, 0));
});

test('F5: an interrupted review continues with the agents that have not finished', async () => {
  await using harness = await openHarness({ github });
  const probe = await harness.review(issue, { maxIterations: 0 });
  const rounds = harness.model.requests.length;
  expect(retryReasons(probe)).toEqual([]);
  // The last two requests are the writer's and the critic's.
  harness.model.script([
    ...Array.from({ length: rounds - 2 }, () => 'ok' as const),
    { kind: 'cut', afterTokens: 60 },
  ]);
  const events = await harness.review(issue, { maxIterations: 0 });
  expect(retryReasons(events)).toEqual(['model_bad_response']);
  expect(agentActions(events)).toEqual([
    'started triager',
    'completed triager',
    'started researcher',
    'completed researcher',
    'started writer',
    'failed writer',
    'started writer',
    'completed writer',
    'started critic',
    'completed critic',
  ]);
  expect(reviewOf(events).comment).toBe(reviewOf(probe).comment);
  // The interrupted text is charged as well, by an estimate.
  expect(reviewOf(events).usage?.totalTokens).toBeGreaterThan(
    reviewOf(probe).usage?.totalTokens ?? Infinity,
  );
});

test('B5: an unknown issue ends a review before any agent runs', async () => {
  await using harness = await openHarness({ github });
  const events = await harness.review({ ...issue, issueNumber: 404 });
  expect(failureOf(events).code).toBe('issue_not_found');
  expect(agentActions(events)).toEqual([]);
  expect(harness.model.requests).toEqual([]);
});
