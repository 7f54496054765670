import { expect, test } from 'vitest';
import { boundIssue, issueSchema } from '../src/issue/issue.ts';
import { issueFromMarkdown } from '../src/target/folder-target.ts';

test('A6: the first heading of a pasted issue is its title, the rest its text', () => {
  expect(issueFromMarkdown('\n\n## It breaks ##\r\n\r\nOften.\r\n')).toMatchObject({
    title: 'It breaks',
    body: 'Often.',
  });
});

test.each([
  ['# About C#\ntext', 'About C#'],
  ['#hashtag first', '#hashtag first'],
  ['#######  seven', '#######  seven'],
  ['### \n\ntext', '###'],
  ['# #', '#'],
  ['  ##\tTabs\t##  ', 'Tabs'],
])('A6: the title of the pasted issue %j is %j', (markdown, title) => {
  expect(issueFromMarkdown(markdown).title).toBe(title);
});

test('A6: without a heading the first line is the title, and a text may be missing', () => {
  expect(issueFromMarkdown('It breaks')).toMatchObject({ title: 'It breaks', body: '' });
});

test('A6: an issue of 5 MB is cut to the limit for a model, and the cut is counted', () => {
  const issue = boundIssue({ title: 't', body: '🦉'.repeat(2_500_000) });
  expect(issue.body.length).toBe(60_000);
  expect(issue.omitted.characters).toBe(5_000_000 - 60_000);
  expect(issue.body.isWellFormed()).toBe(true);
  expect(issueSchema.parse(issue)).toEqual(issue);
});

test('C2: a cut never splits a character', () => {
  const issue = boundIssue({ title: 't', body: `a${'🦉'.repeat(40_000)}` });
  expect(issue.body.isWellFormed()).toBe(true);
  expect(issue.body.length + issue.omitted.characters).toBe(80_001);
});

test('A6: the newest of many comments are kept, in order', () => {
  const comments = Array.from({ length: 30 }, (_, i) => ({
    author: `a${i}`,
    body: 'x'.repeat(9_000),
  }));
  const issue = boundIssue({ title: 't', body: '', comments, commentCount: 400 });
  expect(issue.comments.map(({ author }) => author)).toEqual([
    'a23',
    'a24',
    'a25',
    'a26',
    'a27',
    'a28',
    'a29',
  ]);
  expect(issue.omitted.comments).toBe(393);
});

test('A6: an issue without a title receives one', () => {
  expect(boundIssue({ title: '  ', body: '' }).title).toBe('Untitled issue');
});
