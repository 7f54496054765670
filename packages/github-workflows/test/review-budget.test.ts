import { demoModelName } from '@runtape/worker/demo-model';
import type { WorkflowEvent } from '@runtape/events';
import { expect, test, vi } from 'vitest';
import { ofType, piecesOf, reviewOf, textOf } from './read-events.ts';
import { startScriptedModel } from './scripted-model.ts';
import { openHarness } from './harness.ts';

const github = {
  repositories: [
    {
      owner: 'acme',
      repo: 'app',
      files: { 'src/queue.ts': 'export function drainQueue() {\n  return null;\n}\n' },
      issues: [{ number: 7, title: 'drainQueue returns null', body: 'See `drainQueue`.' }],
    },
  ],
};
const issue = { kind: 'github', owner: 'acme', repo: 'app', issueNumber: 7 } as const;
const prices = { [demoModelName]: { inputPerMillion: 100, outputPerMillion: 100 } };

const budgetEvents = (events: readonly WorkflowEvent[]): string[] =>
  events.flatMap((event) =>
    event.type === 'budget:warning' || event.type === 'budget:exceeded'
      ? [`${event.type} ${event.data.unit}`]
      : [],
  );

/** The usage of each agent in turn, without a limit. */
async function tokensByAgent(): Promise<ReadonlyMap<string, number>> {
  await using harness = await openHarness({ github });
  const done = ofType(await harness.review(issue), 'agent:completed');
  return new Map(done.map(({ data }) => [data.agentId, data.usage?.totalTokens ?? 0]));
}

function sumTo(tokens: ReadonlyMap<string, number>, last: string): number {
  const agents = [...tokens.keys()];
  return agents
    .slice(0, agents.indexOf(last) + 1)
    .reduce((sum, agent) => sum + (tokens.get(agent) ?? 0), 0);
}

test('E2: F4: a spent budget aborts the request in the middle of a version, and keeps the best draft so far', async () => {
  const tokens = await tokensByAgent();
  const limit = sumTo(tokens, 'critic') + Math.floor((tokens.get('writer-2') ?? 0) * 0.9);
  await using harness = await openHarness({ github, tokensPerSecond: 1_500 });
  const events = await harness.review(issue, { budget: { tokens: limit } });
  expect(budgetEvents(events)).toEqual(['budget:warning tokens', 'budget:exceeded tokens']);
  const [warning] = ofType(events, 'budget:warning');
  expect(warning?.data.spent).toBeGreaterThanOrEqual(limit * 0.8);
  expect(warning?.data.spent).toBeLessThan(limit);
  expect(events.at(-1)).toMatchObject({
    type: 'workflow:cancelled',
    data: {
      by: 'budget',
      reason: expect.stringContaining(`budget of ${limit.toLocaleString('en')} tokens`),
      cost: 0,
    },
  });
  expect(events.filter(({ type }) => type === 'workflow:cancelled')).toHaveLength(1);
  expect(ofType(events, 'workflow:cancelled')[0]?.data.usage?.totalTokens).toBeGreaterThanOrEqual(
    limit,
  );
  await vi.waitFor(() => {
    expect(harness.model.requests.at(-1)?.outcome).toBe('aborted by client');
  });
  // Both exist: the complete first version, which is shown, and the partial second one.
  expect(piecesOf(events, 'draft').at(-1)?.isComplete).toBe(true);
  expect(textOf(events, 'draft-2').length).toBeGreaterThan(0);
  expect(piecesOf(events, 'draft-2').some(({ isComplete }) => isComplete)).toBe(false);
});

test('E2: a budget in dollars uses the configured price table', async () => {
  await using harness = await openHarness({ github, changes: { prices } });
  const events = await harness.review(issue, { budget: { usd: 0.05 } });
  expect(budgetEvents(events)).toEqual(['budget:warning usd', 'budget:exceeded usd']);
  expect(events.at(-1)).toMatchObject({
    type: 'workflow:cancelled',
    data: { by: 'budget', reason: expect.stringContaining('$0.05') },
  });
});

test('E2: the budget is in the first event, and the usage of each agent as it is counted', async () => {
  await using harness = await openHarness({ github, changes: { prices } });
  const events = await harness.review(issue, { budget: { usd: 5 } });
  expect(ofType(events, 'workflow:started')[0]?.data.budget).toEqual({ usd: 5 });
  const told = events.flatMap(({ metadata }) => metadata?.spent ?? []);
  const costs = told.map(({ cost }) => cost ?? Number.NaN);
  expect(costs).toEqual(costs.toSorted((a, b) => a - b));
  const agents = new Set(ofType(events, 'agent:completed').map(({ data }) => data.agentId));
  expect(new Set(costs).size).toBeGreaterThanOrEqual(agents.size);
  const { usage, cost } = reviewOf(events);
  expect(told.at(-1)).toEqual({ usage, cost });
});

test('E2: a sufficient budget stops nothing, and 80 % of it warns', async () => {
  const all = sumTo(await tokensByAgent(), 'critic-2');
  await using harness = await openHarness({ github });
  const events = await harness.review(issue, { budget: { tokens: Math.ceil(all * 1.1) } });
  expect(budgetEvents(events)).toEqual(['budget:warning tokens']);
  expect(reviewOf(events).approved).toBe(true);
});

test('E2: without a price for the model, the cost is unknown and never 0, and a budget in dollars reports once that it cannot act', async () => {
  await using model = await startScriptedModel([
    JSON.stringify({ kind: 'bug', severity: 'low', summary: 'It is broken.' }),
    'Notes.',
    'A draft.',
    JSON.stringify({ approved: true }),
  ]);
  await using harness = await openHarness({ github, changes: { openai: model.options } });
  const events = await harness.review(issue, { budget: { usd: 0.000001 } });
  expect(budgetEvents(events)).toEqual([]);
  expect(reviewOf(events)).toMatchObject({ cost: null, usage: { totalTokens: 440 } });
  expect(ofType(events, 'agent:completed').map(({ data }) => data.cost)).toEqual([
    null,
    null,
    null,
    null,
  ]);
  const warnings = ofType(events, 'log:created').filter(({ data }) => data.level === 'warn');
  expect(warnings.map(({ data }) => data.message)).toEqual([
    expect.stringMatching(/^The cost of this workflow is unknown/),
  ]);
});
