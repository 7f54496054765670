import { describe, expect, test } from 'vitest';
import { readIssue } from '../../src/demo-model/reading/issue-text.ts';
import { salientTerms } from '../../src/demo-model/reading/search-terms.ts';
import { splitTokens } from '../../src/demo-model/wire/completion.ts';

function words(text: string, ignored: string[] = []): string[] {
  return salientTerms(readIssue(text), new Set(ignored)).map((term) => term.text);
}

describe('salient words of an issue', () => {
  test('names in backticks come first, then other names, then rare words', () => {
    const found = words(
      'Reconnect is wrong\n\nThe cursor in lastEventId is not what `compareIds` wants.',
    );
    expect(found.slice(0, 2)).toEqual(['compareIds', 'lastEventId']);
    expect(found).toContain('cursor');
  });

  test('a word with a hyphen is a name only in backticks', () => {
    expect(words('`aaa-bbb` is not ccc-ddd, says eeeEee.').slice(0, 2)).toEqual([
      'aaa-bbb',
      'eeeEee',
    ]);
  });

  test('names are recognised in camelCase, snake_case, CONSTANT_CASE and kebab-case', () => {
    const found = words('About fooBar, snake_case_name, REDIS_URL, `fan-out` and PascalCase.');
    expect(found).toEqual(
      expect.arrayContaining(['fooBar', 'snake_case_name', 'REDIS_URL', 'fan-out', 'PascalCase']),
    );
  });

  test('a path or a call is searched by its name', () => {
    expect(words('See `packages/client/src/resume.ts:40` and `nextDelay(attempt)`.')).toEqual(
      expect.arrayContaining(['resume.ts', 'nextDelay']),
    );
  });

  test('grammar, the vocabulary of issues and plain hyphenated English are left out', () => {
    expect(
      words('Hello, when I report this issue the expected behaviour is very different.'),
    ).toEqual([]);
  });

  test('ignored words, such as the names of tools, are left out', () => {
    expect(words('Use search_text to look for `Backoff`.', ['search_text'])).toEqual(['Backoff']);
  });

  test('the quoted text of a message is searched literally', () => {
    expect(words('It says "the cursor is of another log" and ends.')[0]).toBe(
      'the cursor is of another log',
    );
  });

  test('words are shortened only if that helps a literal search', () => {
    expect(words('Reconnects get cancelled by proxies; status and process remain.')).toEqual(
      expect.arrayContaining(['reconnect', 'cancel', 'status', 'process']),
    );
  });

  test('issues in other scripts have words too', () => {
    expect(words('重连之后文字丢失')).toContain('文字');
    expect(words('النص يضيع بعد إعادة الاتصال')).toContain('الاتصال');
  });

  test('a path that leads out of the folder is searched by its last part, or not at all', () => {
    expect(
      words('See `.env`, `../../etc/passwd`, `/etc/hosts`, `~/a.md`, `../x/main.py`.'),
    ).toEqual(['main.py']);
  });
});

describe('tokens', () => {
  test.each([
    'Plain words, with punctuation.\n\n  - and a list\n\tand tabs',
    'const x = `${a}`; // 12345 snake_case_identifier_that_is_long',
    '👩‍👩‍👧‍👦 🎉 你好，世界 שלום עולם مرحبا',
    '',
    '   ',
    'lone \uD83D half',
  ])('joined again they are the text: %j', (text) => {
    expect(splitTokens(text).join('')).toBe(text);
  });

  test('carry the space before a word, and never half a surrogate pair', () => {
    expect(splitTokens('one two')).toEqual(['one', ' two']);
    expect(splitTokens('🎉'.repeat(40)).every((token) => token.isWellFormed())).toBe(true);
  });
});
