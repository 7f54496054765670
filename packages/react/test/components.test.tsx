import type { ConnectionState } from '@runtape/client';
import type { BudgetLimits, LogLine, WorkflowEvent, WorkflowSnapshot } from '@runtape/events';
import { initialState, reduce } from '@runtape/workflow-state';
import { act, type ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeEvent } from '@runtape/testing';
import { BudgetBar, budgetOf, ConnectionBadge, LogPane, WorkflowTimeline } from '../src/index.ts';
import { idOf, WORKFLOW } from './entries.ts';
import { fakeStreams } from './fake-streams.ts';
import { holdTime, mount, type Mounted, releaseTime } from './mount.tsx';

beforeEach(holdTime);
afterEach(releaseTime);

const show = (children: ReactNode): Promise<Mounted> => mount(fakeStreams().client, children);

describe('ConnectionBadge', () => {
  test.each([
    [{ state: 'connecting' }, 'Connecting'],
    [{ state: 'live' }, 'Live'],
    [{ state: 'polling' }, 'Polling'],
    [{ state: 'ended' }, 'Ended'],
    [{ state: 'failed', kind: 'network', message: 'No way.' }, 'Not connected'],
  ] satisfies [ConnectionState, string][])('C6: %o reads "%s"', async (connection, words) => {
    const at = await show(<ConnectionBadge connection={connection} />);
    expect(at.text).toBe(words);
    await at.unmount();
  });

  test('C6: it counts down to the next attempt, and leaves no timer behind', async () => {
    const connection = { state: 'reconnecting', inMs: 2500, attempt: 2 } as const;
    const now = vi.spyOn(Date, 'now').mockReturnValue(0);
    const at = await show(<ConnectionBadge connection={connection} />);
    expect(at.text).toBe('Reconnecting in 3 s · attempt 2');
    await act(async () => {
      now.mockReturnValue(1600);
      vi.advanceTimersByTime(250);
    });
    expect(at.text).toBe('Reconnecting in 1 s · attempt 2');
    await at.unmount();
    now.mockRestore();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('E7: a Reconnect button shows while reconnecting makes sense', async () => {
    const onReconnect = vi.fn<() => void>();
    const at = await show(
      <ConnectionBadge connection={{ state: 'polling' }} onReconnect={onReconnect} />,
    );
    await act(async () => at.container.querySelector('button')?.click());
    expect(onReconnect).toHaveBeenCalledOnce();
    await at.show(<ConnectionBadge connection={{ state: 'live' }} onReconnect={onReconnect} />);
    expect(at.container.querySelector('button')).toBeNull();
    await at.unmount();
  });
});

describe('BudgetBar', () => {
  test.each([
    [{ unit: 'usd', spent: 0.25, limit: 1 }, '$0.25 of $1.00'],
    [
      { unit: 'tokens', spent: 8500, limit: 10_000 },
      '8,500 tokens of 10,000 tokens, Nearly used up',
    ],
    [{ unit: 'tokens', spent: 12_000, limit: 10_000 }, '12,000 tokens of 10,000 tokens, Used up'],
    [{ unit: 'usd', spent: null, limit: 1 }, 'Unknown of $1.00, Its price is not known'],
    [
      { unit: 'usd', spent: 0.85, limit: 1, isAtLeast: true },
      'At least $0.85 of $1.00, Nearly used up',
    ],
  ] as const)('E2: %o says "%s", in words and not by colour alone', async (use, words) => {
    const at = await show(<BudgetBar {...use} />);
    expect(at.container.querySelector('meter')?.getAttribute('aria-valuetext')).toBe(words);
    await at.unmount();
  });

  test('E2: the budget of a workflow in words', () => {
    const data = { unit: 'tokens', spent: 80, limit: 100 } as const;
    const before = initialState(WORKFLOW);
    const warned = reduce(before, { id: idOf(1), event: makeEvent('budget:warning', data) });
    expect(budgetOf(before)).toBeNull();
    expect(budgetOf(warned)).toEqual(data);
  });

  const usageOf = (totalTokens: number) => ({
    inputTokens: totalTokens,
    outputTokens: 0,
    totalTokens,
  });
  const spending = (
    limits: BudgetLimits,
    spent: Partial<Pick<WorkflowSnapshot, 'usage' | 'cost'>> = {},
  ) => ({
    ...initialState(WORKFLOW),
    spending: { limits, usage: null, cost: 0, ...spent },
  });

  test('E2: a budget shows from the first event on, with the spending so far', () => {
    const begun = reduce(initialState(WORKFLOW), {
      id: idOf(1),
      event: makeEvent('workflow:started', {
        workflow: 'reviewIssue',
        title: 'A title',
        target: 'o/r#1',
        budget: { usd: 0.5 },
      }),
    });
    expect(budgetOf(begun)).toEqual({ unit: 'usd', spent: 0, limit: 0.5 });
    expect(budgetOf(spending({ usd: 0.5 }, { usage: usageOf(90), cost: 0.1 }))).toEqual({
      unit: 'usd',
      spent: 0.1,
      limit: 0.5,
    });
    expect(budgetOf(spending({ tokens: 100 }))).toEqual({ unit: 'tokens', spent: 0, limit: 100 });
  });

  test('E2: without a known price a budget in dollars shows as unknown, and as a minimum once it warns', () => {
    const unknown = spending({ usd: 0.5 }, { usage: usageOf(90), cost: null });
    expect(budgetOf(unknown)).toEqual({ unit: 'usd', spent: null, limit: 0.5 });
    const data = { unit: 'usd', spent: 0.42, limit: 0.5, isAtLeast: true } as const;
    const warned = reduce(unknown, { id: idOf(1), event: makeEvent('budget:warning', data) });
    expect(budgetOf(warned)).toEqual(data);
  });

  test('E2: of two budgets the one with the greater known share used is shown', () => {
    const limits = { usd: 1, tokens: 100 };
    const use = (usage: number, cost: number | null) =>
      budgetOf(spending(limits, { usage: usageOf(usage), cost }));
    expect(use(10, 0.2)).toMatchObject({ unit: 'usd', spent: 0.2 });
    expect(use(30, 0.2)).toMatchObject({ unit: 'tokens', spent: 30 });
    expect(use(1, null)).toMatchObject({ unit: 'tokens', spent: 1 });
  });

  test('E2: at the end the reported total counts, even if a warning had counted a running call, too', () => {
    const budget = { state: 'warning', unit: 'usd', spent: 0.45, limit: 0.5 } as const;
    const running = { ...spending({ usd: 0.5 }, { cost: 0.3 }), budget };
    expect(budgetOf(running)).toMatchObject({ spent: 0.45 });
    expect(budgetOf({ ...running, cost: 0.41 })).toEqual({ unit: 'usd', spent: 0.41, limit: 0.5 });
  });
});

describe('LogPane', () => {
  const at = '2026-01-02T03:04:05.678Z';
  const logs: readonly LogLine[] = [
    { id: idOf(1), at, level: 'debug', message: 'small' },
    { id: idOf(2), at, level: 'info', message: 'usual', agentId: 'writer' },
    { id: idOf(3), at, level: 'error', message: 'broken' },
  ];

  test('E1: log lines from a given level up', async () => {
    const pane = await show(<LogPane logs={logs} />);
    const lines = () => [...pane.container.querySelectorAll('li')].map((li) => li.textContent);
    expect(lines()).toEqual([
      expect.stringContaining('writer: usual'),
      expect.stringContaining('broken'),
    ]);
    const select = pane.container.querySelector('select');
    await act(async () => {
      if (select !== null) select.value = 'error';
      select?.dispatchEvent(new Event('change', { bubbles: true }));
    });
    expect(lines()).toEqual([expect.stringContaining('broken')]);
    await pane.unmount();
  });

  test('an empty log says so', async () => {
    const pane = await show(<LogPane logs={[]} />);
    expect(pane.text).toContain('No log lines of this level.');
    await pane.unmount();
  });
});

describe('WorkflowTimeline', () => {
  test('E8: stages, agents and tools in the order in which they started', async () => {
    const events = [
      makeEvent('status', { stage: 'reading', message: 'Reading the issue.' }),
      makeEvent('agent:started', { agentId: 'writer', name: 'Writer', role: 'writer' }),
      makeEvent('tool:called', { callId: '1', name: 'search', arguments: { query: 'drain' } }),
      makeEvent('tool:returned', {
        callId: '1',
        name: 'search',
        ok: true,
        summary: '2 matches',
        output: 'a.ts:1',
        truncated: false,
        durationMs: 3,
      }),
    ];
    const workflow = events.reduce(
      (state, event, index) => reduce(state, { id: idOf(index + 1), event }),
      initialState(WORKFLOW),
    );
    const at = await show(<WorkflowTimeline workflow={workflow} />);
    const items = [...at.container.querySelectorAll('li')].map((li) => li.textContent);
    expect(items).toEqual([
      expect.stringContaining('Reading the issue.'),
      expect.stringContaining('Writer writer · at work'),
      expect.stringMatching(/search drain.*2 matches/),
    ]);
    expect(at.container.querySelector('details')?.open).toBe(false);
    await at.unmount();
  });

  const from = (...events: readonly WorkflowEvent[]) =>
    events.reduce(
      (state, event, index) => reduce(state, { id: idOf(index + 1), event }),
      initialState(WORKFLOW),
    );
  const indexing = (message: string, progress: number) =>
    makeEvent('status', { stage: 'indexing', message, progress });

  test('E8: a stage with progress is one line with the newest message, and has a bar while it runs', async () => {
    const events = [indexing('Indexing 9 files.', 0), indexing('Indexing: 4 of 9 files.', 0.4)];
    const at = await show(<WorkflowTimeline workflow={from(...events)} />);
    expect([...at.container.querySelectorAll('li p')].map((p) => p.textContent)).toEqual([
      'Indexing: 4 of 9 files.',
    ]);
    expect(at.container.querySelector('progress')?.value).toBe(0.4);
    const next = makeEvent('status', { stage: 'retrieving', message: 'Looking.' });
    await at.show(<WorkflowTimeline workflow={from(...events, next)} />);
    expect(at.container.querySelector('progress')).toBeNull();
    const failed = makeEvent('workflow:failed', {
      error: { code: 'x', message: 'It broke.' },
      durationMs: 1,
    });
    await at.show(<WorkflowTimeline workflow={from(...events, failed)} />);
    expect(at.container.querySelector('progress')).toBeNull();
    await at.unmount();
  });

  test('E8, F4: unfinished items of a cancelled workflow read as stopped, not as failed', async () => {
    const workflow = from(
      makeEvent('agent:started', { agentId: 'writer', name: 'Writer', role: 'writer' }),
      makeEvent('tool:called', { callId: '1', name: 'search', arguments: {} }),
      makeEvent('workflow:cancelled', { durationMs: 1 }),
    );
    const at = await show(<WorkflowTimeline workflow={workflow} />);
    expect(at.text).toContain('writer · stopped');
    expect(at.container.querySelector('[aria-label="stopped"]')).not.toBeNull();
    expect(at.container.querySelector('[aria-label="failed"]')).toBeNull();
    await at.unmount();
  });

  test('E8: an empty timeline says so', async () => {
    const at = await show(<WorkflowTimeline workflow={initialState(WORKFLOW)} />);
    expect(at.text).toBe('Nothing has happened yet.');
    await at.unmount();
  });
});
