import type { AgentState, WorkflowSnapshot } from '@runtape/events';
import { initialState } from '@runtape/workflow-state';
import { expect, test } from 'vitest';
import { ActivityTab } from '../src/workflow/activity-tab.tsx';
import { AgentSteps } from '../src/workflow/agent-steps.tsx';
import { currentSpending } from '../src/workflow/workflow-facts.tsx';
import { render } from './render.tsx';

const writer: AgentState = {
  agentId: 'writer',
  name: 'Writer',
  role: 'writer',
  status: 'completed',
  message: 'Says what to do.',
  step: 2,
  steps: 3,
  iteration: 2,
  progress: null,
  startedAt: '2026-11-02T12:04:00.000Z',
  durationMs: 5500,
  usage: { inputTokens: 1000, outputTokens: 250, totalTokens: 1250 },
  cost: 0.0055,
  error: null,
};

const workflowWith = (change: Partial<WorkflowSnapshot>): WorkflowSnapshot => ({
  ...initialState('wf_0123456789abcdef'),
  ...change,
});

const agents = (workflow: WorkflowSnapshot, isNow = true) => (
  <AgentSteps workflow={workflow} isNow={isNow} lanes={[]} />
);

test('E8: an agent shows its task, round, step, duration, tokens and cost', async () => {
  await using at = await render(agents(workflowWith({ agents: [writer] })));
  const item = at.container.querySelector('li')?.textContent;
  expect(item).toContain('round 2 · step 2 of 3');
  expect(item).toContain('5.5 s · 1,250 tokens · $0.0055');
  expect(item).toContain('Says what to do.');
  expect(at.container.querySelector('[aria-label="done"]')).not.toBeNull();
});

test('E8: an unknown cost is shown as unknown, and a failure with its message', async () => {
  const error = { code: 'model_not_found', message: 'Choose another model.' };
  const failed: AgentState = { ...writer, status: 'failed', cost: null, error };
  await using at = await render(agents(workflowWith({ agents: [failed] })));
  expect(at.container.textContent).toContain('cost unknown');
  expect(at.container.textContent).toContain('Choose another model.');
  expect(at.container.querySelector('[aria-label="failed"]')).not.toBeNull();
});

test('F9: at a past moment, an agent shows its duration up to that moment', async () => {
  const running: AgentState = { ...writer, status: 'running', durationMs: null, usage: null };
  const workflow = workflowWith({ agents: [running], updatedAt: '2026-11-02T12:04:03.000Z' });
  await using at = await render(agents(workflow, false));
  expect(at.container.textContent).toContain('3.0 s');
});

test('E8: the budget is shown after its first event, and includes later spending', async () => {
  const activity = (change: Partial<WorkflowSnapshot>) => (
    <ActivityTab workflow={workflowWith(change)} isNow lanes={[]} ownTypes={[]} />
  );
  await using at = await render(activity({}));
  expect(at.container.querySelector('meter')).toBeNull();
  const warning = { state: 'warning', unit: 'usd', spent: 0.008, limit: 0.01 } as const;
  const spent = [writer, { ...writer, agentId: 'critic', cost: 0.0035 }];
  await at.show(activity({ budget: warning, agents: spent }));
  expect(at.container.textContent).toContain('$0.009 of $0.01Nearly used up');
  const exceeded = { state: 'exceeded', unit: 'tokens', spent: 2600, limit: 2500 } as const;
  await at.show(activity({ budget: exceeded, agents: spent }));
  expect(at.container.textContent).toContain('2,600 tokens of 2,500 tokensUsed up');
});

test('E8, F4: a stopped agent is shown as stopped, not as failed', async () => {
  const stopped: AgentState = { ...writer, status: 'failed', error: null };
  await using at = await render(agents(workflowWith({ agents: [stopped] })));
  expect(at.container.querySelector('[aria-label="stopped"]')).not.toBeNull();
  expect(at.container.querySelector('[aria-label="failed"]')).toBeNull();
});

test('E8: until the workflow reports its usage, the sum over its agents is shown', () => {
  const critic: AgentState = { ...writer, agentId: 'critic', cost: 0.0035 };
  const silent: AgentState = { ...writer, agentId: 'triager', usage: null, cost: null };
  const spentBy = (...all: AgentState[]) => currentSpending(workflowWith({ agents: all }));
  expect(spentBy(writer, critic, silent)).toEqual({ tokens: 2500, cost: 0.009 });
  const usage = { inputTokens: 3000, outputTokens: 100, totalTokens: 3100 };
  const own = workflowWith({ agents: [writer], usage, cost: 0.02 });
  expect(currentSpending(own)).toEqual({ tokens: 3100, cost: 0.02 });
});

test('E8: the total cost is unknown if the cost of one agent is', () => {
  const unpriced: AgentState = { ...writer, agentId: 'critic', cost: null };
  const spent = currentSpending(workflowWith({ agents: [writer, unpriced] }));
  expect(spent).toEqual({ tokens: 2500, cost: null });
  expect(currentSpending(workflowWith({}))).toBeNull();
});
