import type { StreamEntry, WorkflowEvent } from '@runtape/events';
import { makeEntry, makeEvent, makeToken } from '@runtape/testing';
import { initialState, reduce } from '@runtape/workflow-state';
import { expect, test } from 'vitest';
import { printDraft, printJson, type Printer } from '../src/print-events.ts';
import { captureTerminal } from './captured-terminal.ts';

const inDraft = { metadata: { attempt: 1, step: 'draft' } };
const inSecondDraft = { metadata: { attempt: 2, step: 'draft' } };

async function print(printer: Printer, events: readonly WorkflowEvent[]): Promise<void> {
  for (const [index, event] of events.entries()) {
    const { id, event: message } = makeEntry(index + 1, event);
    const entry: StreamEntry = { id, message };
    await printer(entry);
  }
}

test('A6: only the draft goes to stdout, everything else to stderr', async () => {
  const terminal = captureTerminal();
  await print(printDraft(terminal, 'wf_test'), [
    makeEvent('workflow:started', { workflow: 'commentOnIssue', title: 'T', target: 'sample:t' }),
    makeEvent('status', { stage: 'issue_read', message: 'Read the issue.' }),
    makeEvent('tool:called', { callId: '1', name: 'search_text', arguments: { query: 'x' } }),
    makeToken('Hello', {}, inDraft),
    makeToken(' 👩‍👩‍👧 世界', { isComplete: true }, inDraft),
    makeEvent('workflow:completed', { durationMs: 1500, usage: null, cost: null, result: null }),
  ]);
  const { stdout, stderr } = await terminal.read();
  expect(stdout).toBe('Hello 👩‍👩‍👧 世界\n');
  expect(stderr).toContain('Read the issue.');
  expect(stderr).toContain('search_text {"query":"x"}');
  expect(stderr).toContain('Done in 1.5 s, cost unknown.');
});

test('A6: a draft whose last piece is empty ends in a line of its own, once', async () => {
  const terminal = captureTerminal();
  await print(printDraft(terminal, 'wf_test'), [
    makeToken('Hello', {}, inDraft),
    makeToken('', { isComplete: true }, inDraft),
    makeEvent('status', { stage: 'done', message: 'Done.' }),
  ]);
  expect((await terminal.read()).stdout).toBe('Hello\n');
});

test('F5: a draft that was cut off is marked where the next one starts', async () => {
  const terminal = captureTerminal();
  const running = (attempt: number) =>
    makeEvent('workflow:running', { attempt, maxAttempts: 3 }, { metadata: { attempt } });
  await print(printDraft(terminal, 'wf_test'), [
    running(1),
    makeToken('Half a sen', {}, inDraft),
    running(2),
    makeToken('A whole sentence.', { isComplete: true }, inSecondDraft),
  ]);
  const { stdout } = await terminal.read();
  expect(stdout).toMatch(
    /^Half a sen\n\n<!-- The text above was cut off.*-->\n\nA whole sentence\.\n$/,
  );
});

test('E2: each version of a draft is marked, and after an early end the last complete one is repeated', async () => {
  const terminal = captureTerminal();
  await print(printDraft(terminal, 'wf_test'), [
    makeToken('One', { isComplete: true }),
    makeToken('Two', { part: 'draft-2', isComplete: true }),
    makeToken('Thr', { part: 'draft-3' }),
    makeEvent('workflow:cancelled', { durationMs: 1, by: 'budget', reason: 'It is spent.' }),
  ]);
  const { stdout, stderr } = await terminal.read();
  expect(stdout).toBe(
    [
      'One\n',
      '\n\n<!-- Version 2 of the draft. -->\n\nTwo\n',
      '\n\n<!-- Version 3 of the draft. -->\n\nThr',
      '\n\n<!-- The draft above was cut off. This is the last one that is complete. -->\n\nTwo\n',
    ].join(''),
  );
  expect(stderr).toContain('Cancelled: It is spent.');
});

test('E1: agents and budgets are reported on stderr, with an unknown cost as unknown', async () => {
  const terminal = captureTerminal();
  const agentId = 'critic-2';
  await print(printDraft(terminal, 'wf_test'), [
    makeEvent('workflow:started', {
      workflow: 'reviewIssue',
      title: 'T',
      target: 'sample:t',
      budget: { usd: 1, tokens: 10 },
    }),
    makeEvent('agent:started', { agentId, name: 'Critic', role: 'critic', model: 'gpt' }),
    makeEvent('agent:progress', { agentId, message: 'Reading' }),
    makeEvent('agent:progress', { agentId, cost: 1 }),
    makeEvent('log:created', { level: 'info', agentId, message: 'Too long.' }),
    makeEvent('agent:completed', {
      agentId,
      durationMs: 1500,
      usage: null,
      cost: null,
      summary: 'Sent it back.',
    }),
    makeEvent('agent:failed', { agentId, durationMs: 1, error: { code: 'bad', message: 'Bad.' } }),
    makeEvent('budget:warning', { unit: 'usd', spent: 0.8, limit: 1 }),
    makeEvent('budget:exceeded', { unit: 'tokens', spent: 12, limit: 10 }),
    makeEvent('budget:exceeded', { unit: 'usd', spent: 1, limit: 1, isAtLeast: true }),
  ]);
  const { stderr } = await terminal.read();
  expect(stderr.trimEnd().split('\n')).toEqual([
    'Budget: $1.0000 and 10 tokens.',
    'critic-2: started, with gpt.',
    'critic-2: Reading',
    'critic-2: Too long.',
    'critic-2: Sent it back. (1.5 s, cost unknown)',
    'critic-2: failed (bad): Bad.',
    '$0.8000 of $1.0000 are spent. The workflow stops at $1.0000.',
    'The budget is spent: 12 tokens of 10 tokens.',
    'The budget is spent: at least $1.0000 of $1.0000.',
  ]);
});

test('D3: the answer to a question goes to stdout, followed by the places it cites', async () => {
  const terminal = captureTerminal();
  const inAnswer = { metadata: { attempt: 1, step: 'answer' } };
  const result = {
    answer: 'Here: `a.ts:3`.',
    model: 'm',
    usage: null,
    cost: 0,
    sources: [
      { path: 'a.ts', lines: [3, 3] },
      { path: 'b c.ts', lines: [1, 9] },
    ],
  };
  await print(printDraft(terminal, 'wf_test'), [
    makeEvent('workflow:started', { workflow: 'askRepository', title: 'T', target: 'sample' }),
    makeEvent('status', { stage: 'retrieving', message: 'Looking for passages.' }),
    makeToken('Here: ', { part: 'answer' }, inAnswer),
    makeToken('`a.ts:3`.', { part: 'answer', isComplete: true }, inAnswer),
    makeEvent('step:completed', { step: 'answer', durationMs: 1 }),
    makeEvent('workflow:completed', { durationMs: 1500, usage: null, cost: 0, result }),
  ]);
  const { stdout, stderr } = await terminal.read();
  expect(stdout).toBe('Here: `a.ts:3`.\n\nSources:\n- a.ts:3\n- b c.ts:1-9\n');
  expect(stderr).toContain('Looking for passages.');
});

test('--json prints one event per line, with id, type, data and timestamp', async () => {
  const terminal = captureTerminal();
  await print(printJson(terminal), [makeToken('a\nb\u2028'), makeToken('c', { isComplete: true })]);
  const { stdout } = await terminal.read();
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(lines).toEqual([
    {
      id: 'testtest-1',
      type: 'token',
      data: { part: 'draft', content: 'a\nb\u2028', isComplete: false },
      timestamp: '2026-01-02T03:04:05.678Z',
    },
    expect.objectContaining({ id: 'testtest-2', type: 'token' }),
  ]);
});

test('F2: a reset is reported on stderr, and the draft of its snapshot replaces the printed one', async () => {
  const terminal = captureTerminal();
  const printer = printDraft(terminal, 'wf_test');
  const { id, event } = makeEntry(9, makeToken('What is lost'));
  const left = makeEntry(4, makeToken('What is left'));
  await printer({ id, message: event });
  await printer({
    id: left.id,
    message: {
      type: 'reset',
      timestamp: left.event.timestamp,
      data: { reason: 'ahead', cursor: left.id, snapshot: reduce(initialState('wf_test'), left) },
    },
  });
  const { stdout, stderr } = await terminal.read();
  expect(stdout).toMatch(/^What is lost\n\n<!-- The text above was cut off.*-->\n\nWhat is left/);
  expect(stderr).toContain('The stream starts again (ahead)');
});
