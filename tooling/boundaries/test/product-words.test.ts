import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readManifests, root } from '../src/workspace.ts';

/** The packages that may know the product; all others serve any workflow. */
const product = ['github-workflows', 'github-comment', 'testing'];
const kernel = [...readManifests('packages').keys()].filter((name) => !product.includes(name));

const WORDS = new RegExp(
  [
    String.raw`github|openai|octokit`,
    String.raw`commentOnIssue|reviewIssue|askRepository|postComment`,
    String.raw`startComment|startReview|startQuestion`,
    String.raw`issueNumber|issueTarget|\b(?:the|an|local|pasted) issues?\b`,
    String.raw`\bdrafts?\b(?!-2020)|\bsamples?\b|\bcomments?\b`,
    String.raw`(?<!this )\brepositor(?:y|ies)\b`,
  ].join('|'),
  'i',
);

/** Lines of the kernel that may have such a word: the file, the line's text, and why. */
const allowed: readonly (readonly [file: string, text: string, why: string])[] = [
  ['engine/src/define/text-source.ts', 'OpenAI', '`ctx.text` reads streams of the OpenAI SDK'],
  ['engine/src/define/workflow-context.ts', 'OpenAI', '`ctx.text` reads streams of the OpenAI SDK'],
  ['engine/src/run/text/read-chunk.ts', 'OpenAI', '`ctx.text` reads streams of the OpenAI SDK'],
  ['engine/src/run/text/text-parts.ts', 'OpenAI', '`ctx.text` reads streams of the OpenAI SDK'],
  ['engine/src/loop-guard/find-running-attempt.ts', 'sample', 'samples of a call stack'],
  ['contract/src/events.ts', '"part":"draft"', 'an example that the documentation always had'],
  ['server/src/broadcast/sse-response.ts', 'is a comment', 'a comment line of a stream'],
];

test.each(kernel)('G1: %s names nothing of the product', (name) => {
  const files = globSync(`packages/${name}/src/**/*.{ts,tsx}`, { cwd: root });
  expect(files.length).toBeGreaterThan(0);
  const found = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .map((line, index) => ({ line: line.trim(), at: `${file}:${index + 1}` }))
      .filter(({ line }) => WORDS.test(line) && !isAllowed(file, line)),
  );
  expect(found.map(({ at, line }) => `${at} ${line}`)).toEqual([]);
});

test('G1: every allowed line is there', () => {
  const unused = allowed.filter(([file, text]) => {
    const lines = readFileSync(join(root, 'packages', file), 'utf8').split('\n');
    return !lines.some((line) => line.includes(text) && WORDS.test(line));
  });
  expect(unused).toEqual([]);
});

test.each([
  ['the host of GitHub', true],
  ['a sample', true],
  ['const draftText = 1;', false],
  ['draft-2020-12', false],
  ['the path of the page in this repository', false],
  ['an issue', true],
  ['a schema has issues', false],
])('%j is found: %s', (line, isFound) => {
  expect(WORDS.test(line)).toBe(isFound);
});

function isAllowed(file: string, line: string): boolean {
  return allowed.some(([path, text]) => file === `packages/${path}` && line.includes(text));
}
