import { describe, expect, test } from 'vitest';
import { gatherFindings, type ToolUse } from '../../src/demo-model/reading/findings.ts';
import { readIssue } from '../../src/demo-model/reading/issue-text.ts';
import { planNextCalls } from '../../src/demo-model/writing/next-calls.ts';
import { salientTerms } from '../../src/demo-model/reading/search-terms.ts';

const tools = new Set(['search_text', 'read_file', 'list_files']);
const issue = readIssue(
  '# Lost tokens\n\n`appendBatch` and `mergeTokens` lose the last token of `flush.ts`.',
);

function plan(
  uses: readonly ToolUse[],
  offered: ReadonlySet<string> = tools,
  rounds = uses.length,
) {
  const calls = planNextCalls(
    { uses, rounds },
    salientTerms(issue, new Set()),
    gatherFindings(uses, issue.text),
    offered,
  );
  return calls.map((call) => [call.name, Object.values(call.arguments)[0]]);
}

function searched(query: string, result = 'No matches.'): ToolUse {
  return { name: 'search_text', arguments: { query }, result };
}
function listedFiles(glob: string, result = ''): ToolUse {
  return { name: 'list_files', arguments: { glob }, result };
}
function wasRead(path: string, result: string): ToolUse {
  return { name: 'read_file', arguments: { path, startLine: 1, endLine: 71 }, result };
}

const found =
  'src/append.ts:11: export function appendBatch(tokens: Token[]) {\nsrc/append.ts:40:   mergeTokens(batch);\nsrc/merge.ts:3: export function mergeTokens() {}\ntest/merge.test.ts:9: mergeTokens();';

describe('planNextCalls', () => {
  test('A6: begins with the two most specific words', () => {
    expect(plan([])).toEqual([
      ['search_text', 'appendBatch'],
      ['search_text', 'mergeTokens'],
    ]);
  });

  test('tries further words while little is found, each only once', () => {
    const uses = [searched('appendBatch'), searched('mergeTokens')];
    const next = plan(uses);
    expect(next[0]).toEqual(['list_files', '**/flush.ts']);
    expect(next[1]?.[0]).toBe('search_text');
    expect(next[1]?.[1]).not.toMatch(/appendBatch|mergeTokens/);
  });

  test('A6: reads the files with the most words, source before tests', () => {
    const uses = [
      searched('appendBatch', found),
      searched('mergeTokens', found),
      listedFiles('**/flush.ts'),
    ];
    expect(plan(uses)).toEqual([
      ['read_file', 'src/append.ts'],
      ['read_file', 'src/merge.ts'],
    ]);
  });

  test('never reads a file that only the issue names', () => {
    const uses = [
      searched('appendBatch', found),
      searched('mergeTokens', found),
      listedFiles('**/flush.ts'),
    ];
    expect(plan(uses).flat()).not.toContain('flush.ts');
  });

  test('after reading, searches for usages of the findings, and then writes', () => {
    const read =
      '11\texport function flushAll(tokens: Token[]) {\n12\t  appendBatch(tokens);\n13\t}';
    const uses = [
      searched('appendBatch', found),
      searched('mergeTokens', found),
      listedFiles('**/flush.ts'),
      wasRead('src/append.ts', read),
      wasRead('src/merge.ts', 'Error: no such file'),
    ];
    expect(plan(uses)).toEqual([['search_text', 'flushAll']]);
    expect(plan([...uses, searched('flushAll')])).toEqual([]);
  });

  test('writes after six rounds, regardless of the findings', () => {
    expect(plan([], tools, 6)).toEqual([]);
  });

  test('writes immediately when there are no tools', () => {
    expect(plan([], new Set())).toEqual([]);
  });

  test('searches for file names when it can only list files', () => {
    expect(plan([], new Set(['list_files']))[0]).toEqual(['list_files', '**/*appendBatch*']);
  });
});

describe('gatherFindings', () => {
  test('a line that only repeats the issue is not a finding', () => {
    const own =
      'samples/lost.md:3: `appendBatch` and `mergeTokens` lose the last token of `flush.ts`.';
    expect(gatherFindings([searched('appendBatch', own)], issue.text).hits).toEqual([]);
  });

  test('a file that could not be read is not a finding', () => {
    const uses = [
      searched('x', found),
      wasRead('src/append.ts', 'Error: src/append.ts is too large to be read.'),
    ];
    expect(gatherFindings(uses, issue.text).files).toEqual([]);
  });

  test('a file that was read without having been found is not quoted', () => {
    expect(gatherFindings([wasRead('src/other.ts', '1\tx')], issue.text).files).toEqual([]);
  });
});
