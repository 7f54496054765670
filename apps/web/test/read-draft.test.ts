import { describe, expect, test } from 'vitest';
import { type Draft, emptyDraft, readDraft } from '../src/home/draft.ts';

const about = (target: string, more: Partial<Draft> = {}) =>
  readDraft({ ...emptyDraft, target, ...more }, ['disk-full']);
const review = (more: Partial<Draft>) => about('acme/shop#12', { kind: 'review', ...more });
const ask = (more: Partial<Draft>) =>
  readDraft({ ...emptyDraft, kind: 'ask', question: 'Where is it?', ...more });

const issue = { kind: 'github', owner: 'acme', repo: 'shop', issueNumber: 12 };

describe('about an issue', () => {
  test.each([
    ['acme/shop#12', issue],
    [' https://github.com/acme/shop/issues/12 ', issue],
    ['sample:disk-full', { kind: 'sample', name: 'disk-full' }],
    [' disk-full ', { kind: 'sample', name: 'disk-full' }],
  ])('the target %s', (typed, target) => {
    expect(about(typed)).toEqual({ kind: 'comment', input: { target, post: false } });
  });

  test('A7: posts only if requested, and only for issues on GitHub', () => {
    expect(about('acme/shop#12', { post: true })).toMatchObject({ input: { post: true } });
    expect(about('sample:disk-full', { post: true })).toMatchObject({ input: { post: false } });
  });

  test.each(['/home/me/shop', 'C:\\work\\shop'])(
    'A6: a folder, %s, with the issue as it is',
    (path) => {
      expect(about(` ${path} `, { issue: '# It breaks\n' })).toMatchObject({
        input: { target: { kind: 'local', issue: '# It breaks\n', path } },
      });
    },
  );

  test.each([
    ['nothing', about('  '), 'target', 'Enter an issue first'],
    ['a word', about('nonsense'), 'target', '"nonsense" is no target'],
    ['an unknown sample', about('redis-restart'), 'target', '"redis-restart" is no target'],
    ['a folder without an issue', about('/home/me'), 'issue', 'Paste the issue'],
    ['half a path', about('~/shop', { issue: 'It breaks' }), 'target', 'the full path'],
  ])('%s: says what is wrong, and where', (_, read, field, words) => {
    expect(read).toEqual({ field, message: expect.stringContaining(words) });
  });
});

describe('E1: a review', () => {
  test('E2: contains only the rounds, budget and models that were chosen', () => {
    const models = { ...emptyDraft.models, critic: ' gpt-5 ' };
    expect(review({ iterations: 0, usd: '0.50', tokens: ' 20000 ', models, post: true })).toEqual({
      kind: 'review',
      input: {
        target: issue,
        maxIterations: 0,
        budget: { usd: 0.5, tokens: 20_000 },
        models: { critic: 'gpt-5' },
      },
    });
    expect(review({})).toEqual({ kind: 'review', input: { target: issue, maxIterations: 2 } });
  });

  test.each([
    ['usd', { usd: '0' }],
    ['usd', { usd: 'a lot', tokens: '5' }],
    ['tokens', { tokens: '1.5' }],
    ['tokens', { usd: '1', tokens: '-3' }],
  ])('an invalid budget: %s in %j', (field, typed) => {
    expect(review(typed)).toMatchObject({ field });
  });
});

describe('D3: a question', () => {
  const github = { kind: 'github', owner: 'acme', repo: 'shop' };
  test.each([
    ['', { kind: 'sample' }],
    ['sample', { kind: 'sample' }],
    ['acme/shop', github],
    ['https://github.com/acme/shop', github],
    ['https://github.com/acme/shop.git', github],
    ['acme/shop#12', github],
    ['https://github.com/acme/shop/tree/main/src', github],
    ['/home/me/shop', { kind: 'local', path: '/home/me/shop' }],
  ])('about "%s"', (repository, target) => {
    expect(ask({ repository })).toEqual({
      kind: 'ask',
      input: { question: 'Where is it?', target },
    });
  });

  test.each([
    ['no question', ask({ question: ' ' }), 'question'],
    ['too long a question', ask({ question: 'a'.repeat(4001) }), 'question'],
    ['no repository', ask({ repository: 'nonsense' }), 'repository'],
    ['no owner', ask({ repository: 'https://github.com/' }), 'repository'],
  ])('%s: says where', (_, read, field) => {
    expect(read).toMatchObject({ field });
  });
});
