import { describe, expect, test } from 'vitest';
import { type Draft, emptyDraft, readDraft } from '../src/home/draft.ts';

const named = (target: string, more: Partial<Draft> = {}) =>
  readDraft({ ...emptyDraft, target, ...more });
const local = (issue: string, path: string) =>
  readDraft({ ...emptyDraft, source: 'local', issue, path });

describe('what a person fills in', () => {
  test.each([
    ['acme/shop#12', { kind: 'github', owner: 'acme', repo: 'shop', issueNumber: 12 }],
    [
      ' https://github.com/acme/shop/issues/12 ',
      { kind: 'github', owner: 'acme', repo: 'shop', issueNumber: 12 },
    ],
    ['sample:disk-full', { kind: 'sample', name: 'disk-full' }],
  ])('the target %s', (typed, target) => {
    expect(named(typed)).toEqual({ target, post: false });
  });

  test('a sample by its bare name, if there is one of that name', () => {
    const draft = { ...emptyDraft, target: ' disk-full ' };
    expect(readDraft(draft, ['disk-full'])).toMatchObject({
      target: { kind: 'sample', name: 'disk-full' },
    });
    expect(readDraft(draft, ['redis-restart'])).toContain('"disk-full" is no target');
  });

  test('posts to GitHub only when asked to, and only what came from there', () => {
    expect(named('acme/shop#12', { post: true })).toMatchObject({ post: true });
    expect(named('sample:disk-full', { post: true })).toMatchObject({ post: false });
  });

  test('an issue and a folder: the issue as it is, the path without spaces around it', () => {
    expect(local('# It breaks\n', ' /home/me/shop ')).toEqual({
      target: { kind: 'local', issue: '# It breaks\n', path: '/home/me/shop' },
    });
  });

  test.each([
    ['nothing', named('  '), 'Name an issue first'],
    ['a word', named('nonsense'), '"nonsense" is no target'],
    ['no issue', local(' ', '/home/me'), 'Paste the issue first.'],
    ['no folder', local('# It breaks', ' '), 'Name the folder'],
  ])('%s: says what is missing', (_, read, words) => {
    expect(read).toEqual(expect.stringContaining(words));
  });
});
