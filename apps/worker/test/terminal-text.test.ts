import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { terminalJson, terminalText } from '../src/terminal-text.ts';

const commands = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u;

test.each([
  ['the clipboard (OSC 52)', '\u001b]52;c;Y3VybA==\u0007', '␛]52;c;Y3VybA==␇'],
  [
    'a link (OSC 8)',
    '\u001b]8;;https://evil.example\u001b\\here',
    '␛]8;;https://evil.example␛\\here',
  ],
  ['clearing the screen', '\u001b[2J', '␛[2J'],
  ['the same as one C1 character', '\u009b2J', '\\u009b2J'],
  ['going back over what was written', 'safe\b\b\b\bevil\rover', 'safe␈␈␈␈evil␍over'],
  ['deleting', 'a\u007fb', 'a␡b'],
  ['a NUL', 'a\0b', 'a␀b'],
  ['an override of the direction', 'a\u202eb\u2066c\u2069', 'a\\u202eb\\u2066c\\u2069'],
])('A6: foreign text cannot command the terminal: %s', (_, text, shown) => {
  expect(terminalText(text)).toBe(shown);
});

test.each(['a\tb\nc', '👩‍👩‍👧 世界', 'مرحبا\u200f بالعالم', 'שלום\u200e', 'é \u00a0 \u2028'])(
  'C2: ordinary text is unchanged: %j',
  (text) => {
    expect(terminalText(text)).toBe(text);
  },
);

test('C2: a line that ends in CRLF ends in LF', () => {
  expect(terminalText('a\r\nb')).toBe('a\nb');
});

test('A6: JSON keeps its value and contains no terminal command', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
      const json = JSON.stringify({ value, text, [`\u009b${text}\u202e`]: 1 });
      const safe = terminalJson(json);
      expect(JSON.parse(safe)).toEqual(JSON.parse(json));
      expect(safe).not.toMatch(commands);
    }),
  );
});
