import { describe, expect, test } from 'vitest';
import { readIssue, shortened } from '../../src/demo-model/reading/issue-text.ts';
import { salientTerms } from '../../src/demo-model/reading/search-terms.ts';

describe('readIssue', () => {
  test.each([
    ['# The title\n\nThe body.', 'The title'],
    ['Title: The title\n\nThe body.', 'The title'],
    ['# The title\r\n\r\nThe body.\r\n', 'The title'],
    ['Issue #12: The title\n\nThe body.', 'The title'],
    ['### Description\n\nThe first sentence. The second.', 'The first sentence.'],
    ['<issue>\n<title>The title</title>\nThe body.\n</issue>', 'The title'],
  ])('finds the title of %j', (text, title) => {
    expect(readIssue(text).title).toBe(title);
  });

  test('takes only the text inside an issue tag, if there is one', () => {
    const issue = readIssue('Please draft a comment.\n<issue># Crash on start\nIt breaks.</issue>');
    expect(issue.title).toBe('Crash on start');
    expect(issue.text).not.toContain('Please draft');
  });

  test('ignores what the prompt adds to the issue', () => {
    const { title, text } = readIssue(
      '<untrusted_issue>\n# Title\n\n(by maria)\n\nThe body.\n\n(12 older comments left out)\n\n## Comment by jo\n\nMe too.\n</untrusted_issue>',
    );
    expect(title).toBe('Title');
    expect(text).toMatch(/The body\.\s+Me too\./);
    expect(text).not.toMatch(/maria|left out|jo\b/);
  });

  test('images, comments, tags, addresses and mentions are taken out; code keeps its angle brackets', () => {
    const { text } = readIssue(
      'See ![x](https://evil.example/x.png) <b onclick="x">this</b> <!-- hidden --> by @someone at https://a.example/b: `--after <eventId>`',
    );
    expect(text).not.toMatch(/evil|onclick|hidden|@someone|a\.example/);
    expect(text).toContain('`--after <eventId>`');
  });

  test.each([
    '`a` <b [c](d "e" @f https://g ',
    '<issue>',
    '<!-- ',
    '![',
    '`',
    '\n',
    'a',
    'aB_',
    'a/',
    '"',
    '- ',
  ])('five megabytes of %j are read without quadratic work, which would take hours', (piece) => {
    const issue = readIssue(piece.repeat(5_000_000 / piece.length));
    expect(salientTerms(issue, new Set()).length).toBeLessThan(1_000);
  });
});

test('shortened cuts between words and marks the cut', () => {
  expect(shortened('one two three', 9)).toBe('one two …');
  expect(shortened('one two', 9)).toBe('one two');
});
