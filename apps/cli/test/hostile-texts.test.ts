import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamMessage } from '@runtape/events';
import { makeEntry, makeEvent, makeToken } from '@runtape/testing';
import { initialState } from '@runtape/workflow-state';
import { expect, test } from 'vitest';
import { printDraft, printJson, type Printer } from '../src/print-events.ts';
import { say, type Terminal, warn, write } from '../src/terminal.ts';
import type { CheckResult } from '../src/verify/check.ts';
import { ResultPrinter } from '../src/verify/print-results.ts';
import { captureTerminal } from './captured-terminal.ts';

/**
 * Writes to the clipboard, adds a link, clears the screen (twice), reverses the text direction, and
 * overwrites the line.
 */
const EVIL =
  '\u001b]52;c;Y3VybA==\u0007\u001b]8;;https://evil.example\u001b\\\u001b[2J\u009b2J\u202eevil\b\r';

/** Two captured streams that pretend to be a terminal. */
function captureTty() {
  const captured = captureTerminal();
  for (const stream of [captured.stdout, captured.stderr]) {
    Object.assign(stream, { isTTY: true });
  }
  return captured;
}

/** Returns the control characters, except for the program's own colours and cleared lines. */
function commandsIn(text: string): string[] {
  const ours = ['\u001b[2m', '\u001b[22m', '\u001b[33m', '\u001b[39m', '\u001b[32m', '\u001b[31m'];
  const rest = [...ours, '\r\u001b[K'].reduce((left, own) => left.replaceAll(own, ''), text);
  return Array.from(rest).filter(
    (char) => /[\p{Cc}\u202A-\u202E]/u.test(char) && !/[\n\t]/.test(char),
  );
}

const failure = { code: 'model_failed', message: EVIL };
const answer = {
  answer: EVIL,
  model: EVIL,
  usage: null,
  cost: null,
  sources: [{ path: EVIL, lines: [1, 2] }],
};
const state = { ...initialState('wf_0123456789abcdef'), status: 'failed' as const, error: failure };

const messages: readonly StreamMessage[] = [
  makeEvent('workflow:started', { workflow: 'askRepository', title: EVIL, target: EVIL }),
  makeEvent('status', { stage: 'issue_read', message: EVIL }),
  makeToken(EVIL, { part: 'answer' }),
  makeToken(EVIL, { part: 'answer', isComplete: true }),
  makeEvent('tool:called', { callId: '1', name: EVIL, arguments: { [EVIL]: EVIL } }),
  makeEvent('tool:returned', {
    callId: '1',
    name: EVIL,
    ok: true,
    summary: EVIL,
    output: EVIL,
    truncated: false,
    durationMs: 1,
  }),
  makeEvent('log:created', { level: 'warn', message: EVIL, agentId: EVIL }),
  makeEvent('agent:started', { agentId: EVIL, name: EVIL, role: EVIL, model: EVIL }),
  makeEvent('agent:progress', { agentId: EVIL, message: EVIL }),
  makeEvent('agent:completed', {
    agentId: EVIL,
    durationMs: 1,
    usage: null,
    cost: null,
    summary: EVIL,
  }),
  makeEvent('agent:failed', { agentId: EVIL, durationMs: 1, error: failure }),
  makeEvent('workflow:retrying', { reason: failure, inMs: 1, attempt: 2, maxAttempts: 3 }),
  makeEvent('workflow:cancelled', { durationMs: 1, reason: EVIL }),
  makeEvent('workflow:failed', { durationMs: 1, error: failure }),
  makeEvent('workflow:completed', { durationMs: 1, usage: null, cost: null, result: answer }),
  {
    type: 'reset',
    timestamp: '2026-01-02T03:04:05.678Z',
    data: { reason: 'ahead', cursor: makeEntry(9, makeToken('')).id, snapshot: state },
  },
];

test.each<[string, (terminal: Terminal) => Printer]>([
  ['the draft', (terminal) => printDraft(terminal, 'wf_0123456789abcdef')],
  ['JSON', printJson],
])('A6: text from strangers or models cannot control the terminal: %s', async (_, printer) => {
  for (const message of messages) {
    const terminal = captureTty();
    await printer(terminal)({ id: makeEntry(1, makeToken('')).id, message });
    const { stdout, stderr } = await terminal.read();
    expect([message.type, commandsIn(stdout), commandsIn(stderr)]).toEqual([message.type, [], []]);
  }
});

test('A6: a response of the server to verify, or any other line, cannot control the terminal', async () => {
  const terminal = captureTty();
  const result: CheckResult = {
    check: 'health',
    title: 'It answers',
    ms: 1,
    outcome: 'failed',
    expected: 'ok',
    came: EVIL,
    advice: 'Look.',
  };
  const check = { name: 'health', title: 'It answers', run: () => Promise.resolve('') };
  const printer = new ResultPrinter(terminal, [check], { json: false });
  printer.add(result, [{ ...check, name: EVIL }]);
  printer.clearProgress();
  say(terminal, EVIL);
  warn(terminal, EVIL);
  await write(terminal, EVIL, { text: EVIL, color: 'red' });
  const { stdout, stderr } = await terminal.read();
  expect(commandsIn(stdout + stderr)).toEqual([]);
  expect(stdout).toContain('␛]52;c;Y3VybA==␇');
});

test('A6: foreign text with line feeds does not look like lines of the program, and very long text is cut', async () => {
  const terminal = captureTerminal();
  const print = printDraft(terminal, 'wf_0123456789abcdef');
  const message = `Read it.\n\nDone in 1.0 s, $0.0000.\n${'x'.repeat(100_000)}`;
  const entry = makeEntry(1, makeEvent('status', { stage: 'issue_read', message }));
  await print({ id: entry.id, message: entry.event });
  const { stderr } = await terminal.read();
  expect(stderr).toMatch(/^Read it\. Done in 1\.0 s, \$0\.0000\. x+ … \(\d+ more characters\)\n$/);
  expect(stderr.length).toBeLessThan(5000);
});

test('A6: only one file writes to the terminal', () => {
  const folder = join(import.meta.dirname, '../src');
  const writing = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) =>
      /\b(?:stdout|stderr)\.write\(|\bconsole\./.test(readFileSync(join(folder, file), 'utf8')),
    );
  expect(writing).toEqual(['terminal.ts']);
});
