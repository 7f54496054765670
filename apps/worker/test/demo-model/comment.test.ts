import { describe, expect, test } from 'vitest';
import { collectMaterial, writeComment } from '../../src/demo-model/writing/comment.ts';
import { code, codeBlock, listed } from '../../src/demo-model/writing/markdown.ts';
import type { Findings } from '../../src/demo-model/reading/findings.ts';
import { readIssue } from '../../src/demo-model/reading/issue-text.ts';
import { salientTerms } from '../../src/demo-model/reading/search-terms.ts';

const nothing: Findings = { queries: [], hits: [], files: [], listed: [] };

const issueText = `# Heartbeats stop after a reconnect

When I close the laptop and open it again, \`startHeartbeat\` never runs a second time and the stream dies after a minute.
I would expect the timer to be set again by \`reconnect\`.`;

const found: Findings = {
  queries: ['startHeartbeat', 'reconnect', 'heartbeat'],
  listed: [],
  hits: [
    {
      path: 'src/heartbeat.ts',
      line: 12,
      text: 'export function startHeartbeat(send: () => void): () => void {',
      query: 'startHeartbeat',
    },
    {
      path: 'src/stream.ts',
      line: 33,
      text: '  const stop = startHeartbeat(ping);',
      query: 'startHeartbeat',
    },
    {
      path: 'test/heartbeat.test.ts',
      line: 8,
      text: 'const stop = startHeartbeat(() => {});',
      query: 'startHeartbeat',
    },
    { path: 'src/stream.ts', line: 50, text: '  reconnect(): void {', query: 'reconnect' },
  ],
  files: [
    {
      path: 'src/heartbeat.ts',
      from: 10,
      lines: [
        '/** Sends a sign of life. */',
        '',
        'export function startHeartbeat(send: () => void, delay = 1): () => void {',
        '  const timer = setInterval(send, 15_000);',
        '  return () => clearInterval(timer);',
        '}',
      ],
    },
  ],
};

function draft(text: string, findings: Findings, looked = true): string {
  const issue = readIssue(text);
  return writeComment(collectMaterial(issue, salientTerms(issue, new Set()), findings, looked));
}

describe('a draft', () => {
  test('A6: begins by naming the demo model, regardless of the findings', () => {
    for (const text of [
      draft(issueText, found),
      draft(issueText, nothing),
      draft('', nothing, false),
    ]) {
      expect(text.split('\n')[0]).toMatch(
        /^> \*\*A draft by the demo model\.\*\* No language model/,
      );
    }
  });

  test('A6: quotes the code it read, with its path and line, and names where the code is used', () => {
    const text = draft(issueText, found);
    expect(text).toContain('`startHeartbeat`, `src/heartbeat.ts:12-15`');
    expect(text).toContain(`\`\`\`ts\n${found.files[0]?.lines.slice(2).join('\n')}\n\`\`\``);
    expect(text).toContain('It also comes up in `src/stream.ts:33`');
  });

  test('has its sections in order, and a list of checks based on the findings', () => {
    const text = draft(issueText, found);
    expect(text.match(/^### .*$/gm)).toEqual([
      '### The issue in short',
      '### What the code says',
      '### A first guess',
      '### What to check next',
    ]);
    const list = text.match(/^- .*$/gm) ?? [];
    expect(list).toContainEqual(expect.stringContaining('`test/heartbeat.test.ts:8` covers'));
    expect(list).toContainEqual(expect.stringContaining('Nothing came up for `heartbeat`'));
    expect(list.length).toBeLessThanOrEqual(5);
  });

  test('is of a readable length', () => {
    const { length } = draft(issueText, found).split(/\s+/);
    expect(length).toBeGreaterThan(250);
    expect(length).toBeLessThan(500);
  });

  test('does not claim to have run or understood anything', () => {
    expect(draft(issueText, found)).toContain('I have read these lines and not run them');
  });

  test('quotes the lines of a search when no file could be read', () => {
    const text = draft(issueText, { ...found, files: [] });
    expect(text).toContain('src/stream.ts:33: const stop = startHeartbeat(ping);');
    expect(text).toContain('I have not seen what is around them');
  });

  test('reports when nothing was found, and when it could not search', () => {
    const missed = draft(issueText, { ...nothing, queries: ['startHeartbeat'] });
    expect(missed).toContain('I searched for `startHeartbeat` and found no line');
    expect(draft(issueText, nothing, false)).toContain('I was given no tools');
    expect(draft('', nothing)).toContain('names nothing that I could have searched for');
  });

  test('code cannot break out of its block', () => {
    const lines = ['const x = `', '```', '# not a heading', '`startHeartbeat`;'];
    const text = draft(issueText, {
      ...found,
      files: [{ path: 'src/heartbeat.ts', from: 1, lines }],
    });
    expect(text).toContain(`\`\`\`\`ts\n${lines.join('\n')}\n\`\`\`\``);
  });
});

test('code spans and blocks hold any text', () => {
  expect(code('a`b')).toBe('`` a`b ``');
  expect(codeBlock(['x'], 'a/b.py')).toBe('```py\nx\n```');
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
});
