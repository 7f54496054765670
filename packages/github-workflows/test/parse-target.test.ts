import { formatTarget, githubWebHost, parseTarget } from '../src/contract/index.ts';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const github = { kind: 'github', owner: 'octo-org', repo: 'my.repo_1', issueNumber: 123 } as const;

describe('a target typed by a person', () => {
  test.for([
    'octo-org/my.repo_1#123',
    '  octo-org/my.repo_1#123\n',
    'https://github.com/octo-org/my.repo_1/issues/123',
    'https://github.com/octo-org/my.repo_1/pull/123',
    'https://github.com/octo-org/my.repo_1/issues/123#issuecomment-99',
    'https://github.com/octo-org/my.repo_1/issues/123?notification=1',
    'https://github.com/octo-org/my.repo_1/pull/123/files',
    'https://www.github.com/octo-org/my.repo_1/issues/123',
    'HTTPS://GitHub.com/octo-org/my.repo_1/issues/123/',
    'https://github.com:443/octo-org/my.repo_1/issues/123',
  ])('%j is an issue', (text) => {
    expect(parseTarget(text)).toEqual({ ok: true, target: github });
  });

  test('sample:name is a sample', () => {
    expect(parseTarget(' sample:lost-events ')).toEqual({
      ok: true,
      target: { kind: 'sample', name: 'lost-events' },
    });
  });

  test.for([
    '',
    '   ',
    'octo-org',
    'octo-org/my.repo_1',
    'octo-org/my.repo_1#',
    'octo-org/my.repo_1#0',
    'octo-org/my.repo_1#-1',
    'octo-org/my.repo_1#1.5',
    'octo-org/my.repo_1#99999999999999999999',
    'octo-org/my.repo_1#123 and more',
    '/my.repo_1#123',
    'octo-org/#123',
    'a/b/c#1',
    '../..#1',
    'octo-org/..#1',
    '-octo/my.repo_1#1',
    `${'o'.repeat(40)}/r#1`,
    'octo org/my.repo_1#1',
    'öcto/my.repo_1#1',
    'https://github.com/octo-org/my.repo_1',
    'https://github.com/octo-org/my.repo_1/issues',
    'https://github.com/octo-org/my.repo_1/issues/abc',
    'ftp://github.com/octo-org/my.repo_1/issues/123',
    'javascript:alert(1)',
    'https://codeberg.org/octo-org/my.repo_1/issues/123',
    'http://ghe.example.org/octo-org/my.repo_1/issues/123',
    'https://github.com.evil.example/octo-org/my.repo_1/issues/123',
    'https://evil-github.com/octo-org/my.repo_1/issues/123',
    'https://gist.github.com/octo-org/my.repo_1/issues/123',
    'http://github.com@evil.example/octo-org/my.repo_1/issues/123',
    'https://user@github.com/octo-org/my.repo_1/issues/123',
    'https://github.com:8443/octo-org/my.repo_1/issues/123',
    'https://evil.example\\\\@github.com/octo-org/my.repo_1/issues/123',
    'https://github.com/octo-org/my.repo_1/issues/0',
    'https://github.com/octo-org/my.repo_1/issues/9007199254740993',
    'https://github.com/octo-org/%2e%2e/issues/123',
    'https://github.com/octo-org/my.repo_1/pulls/123',
    'https://github.com//octo-org/my.repo_1/issues/123',
    'sample:',
    'sample:Not A Name',
    'sample:../secrets',
  ])('%j is refused, and the message shows what a target looks like', (text) => {
    const parsed = parseTarget(text);
    expect(parsed).toMatchObject({ ok: false });
    expect(parsed).toHaveProperty('message', expect.stringContaining('owner/repo#123'));
  });

  test('K4: with a self-hosted GitHub, its URLs are targets, and those of github.com are not', () => {
    const url = 'https://ghe.example.org/octo-org/my.repo_1/issues/123';
    expect(parseTarget(url, 'ghe.example.org')).toEqual({ ok: true, target: github });
    expect(
      parseTarget('https://github.com/octo-org/my.repo_1/issues/123', 'ghe.example.org'),
    ).toMatchObject({
      ok: false,
      message: expect.stringContaining('ghe.example.org'),
    });
    expect(parseTarget('octo-org/my.repo_1#123', 'ghe.example.org').ok).toBe(true);
  });

  test.for([
    ['https://api.github.com', 'github.com'],
    ['https://api.github.com/', 'github.com'],
    ['https://ghe.example.org/api/v3', 'ghe.example.org'],
    ['https://api.example.org:8443/api/v3', 'api.example.org:8443'],
    ['https://api.octocorp.ghe.com', 'octocorp.ghe.com'],
    ['http://127.0.0.1:1234', '127.0.0.1:1234'],
  ] as const)('K4: the pages of the API at %s are on %s', ([apiUrl, host]) => {
    expect(githubWebHost(apiUrl)).toBe(host);
  });

  test('the message quotes only the beginning of a long text', () => {
    const parsed = parseTarget('x'.repeat(100_000));
    expect(parsed.ok ? '' : parsed.message.length).toBeLessThan(250);
  });

  test('no text throws, and a parsed target parses again from how it is displayed', () => {
    const parts = fc.constantFrom(
      'o',
      '/',
      '#',
      '1',
      'sample:',
      'https://',
      'issues',
      '-',
      '.',
      ' ',
    );
    const nearly = fc.oneof(
      fc.string(),
      fc.array(parts).map((all) => all.join('')),
    );
    const property = fc.property(nearly, (text) => {
      const parsed = parseTarget(text);
      fc.pre(parsed.ok);
      expect(parsed.ok && parseTarget(formatTarget(parsed.target))).toEqual(parsed);
    });
    fc.assert(property, { numRuns: 100, maxSkipsPerRun: 1000 });
  });

  test('a local target is displayed as its folder', () => {
    expect(formatTarget({ kind: 'local', issue: '# Bug', path: '/code/it' })).toBe('/code/it');
  });
});
