import { threadMs } from '@runtape/testing/event-loop';
import { expect, test } from 'vitest';
import { criticise } from '../../src/demo-model/writing/critic.ts';
import { readIssue } from '../../src/demo-model/reading/issue-text.ts';
import { readHits, readPaths } from '../../src/demo-model/reading/tool-results.ts';
import { salientTerms } from '../../src/demo-model/reading/search-terms.ts';

/** Twice the part of an issue that is read. */
const LENGTH = 80_000;

test.each([
  '<',
  '<!--',
  '<issue ',
  '<a ',
  '[',
  '[a](',
  '![](',
  '`',
  '```\n',
  '~~~\n',
  '``` a\n',
  '- `a:1` ',
  ' ',
  '\t',
  '\n',
  '\n\n',
  'a',
  'a_',
  'a-',
  'a/',
  'a.',
  'aA',
  'Aa',
  '"',
  '#',
  '# a\n',
  'forget ',
  '@a ',
  'issue #1 ',
  'a: ',
  'x\n\n```\n',
  '1. ',
  '- - ',
  '(',
  ':1',
  '--',
  'é',
  '世',
])('K1: the demo model reads a hostile text quickly: %j repeated', (piece) => {
  const text = piece.repeat(Math.ceil(LENGTH / piece.length));
  const startedAt = threadMs();
  const issue = readIssue(text);
  salientTerms(issue, new Set());
  criticise([], `<draft>\n${text}\n</draft>`);
  readHits(text);
  readPaths(text);
  expect(threadMs() - startedAt).toBeLessThan(5000);
});
