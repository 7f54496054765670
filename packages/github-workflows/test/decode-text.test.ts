import { expect, test } from 'vitest';
import { eachLine, decodeText } from '../src/text/decode-text.ts';

const words = 'Grüße, und 中文 🦉\r\nsecond line\n';
const littleEndian = Buffer.from(words, 'utf16le');
const bigEndian = Buffer.from(littleEndian).swap16();
const mark = (...bytes: number[]): Buffer => Buffer.from(bytes);

test.each<[string, Buffer]>([
  ['UTF-8', Buffer.from(words)],
  ['UTF-8 with a mark', Buffer.from(`\uFEFF${words}`)],
  ['UTF-16LE with a mark', Buffer.concat([mark(0xff, 0xfe), littleEndian])],
  ['UTF-16BE with a mark', Buffer.concat([mark(0xfe, 0xff), bigEndian])],
  ['UTF-16LE', littleEndian],
  ['UTF-16BE', bigEndian],
])('K4: text in %s is read', (_, bytes) => {
  expect(decodeText(bytes)).toBe(words);
});

test('K4: text in Latin-1 is read as Windows-1252', () => {
  expect(decodeText(Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65, 0x20, 0x80]))).toBe('Grüße €');
});

test('K4: UTF-8 that is cut within a character is still UTF-8', () => {
  expect(decodeText(Buffer.from('🦉🦉').subarray(0, 7))).toMatch(/^🦉/);
});

test.each<[string, Buffer]>([
  ['a NUL in a text', Buffer.from('a\0bcdefgh')],
  ['a NUL before a text', Buffer.from('\0PNG')],
  ['small two-byte numbers', Buffer.from([1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0])],
  ['NULs only', Buffer.alloc(100)],
  ['an image', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, 0x49, 0x48, 0, 0, 1, 0])],
  ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])],
  ['a NUL and a letter', Buffer.from([0x61, 0])],
])('K4: %s is not text', (_, bytes) => {
  expect(decodeText(bytes)).toBeNull();
});

test.each([
  ['', ['']],
  ['a', ['a']],
  ['a\n', ['a']],
  ['a\n\n', ['a', '']],
  ['a\r\nb\r\n', ['a', 'b']],
  ['\r\n\n', ['', '']],
  ['a\rb', ['a\rb']],
])('A6: the lines of %j', (text, lines) => {
  expect([...eachLine(text)]).toEqual(lines);
});
