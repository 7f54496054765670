import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type SseMessage, SseParser } from '../src/clients/sse-parser.ts';

function parseInPieces(bytes: Uint8Array, cuts: readonly number[]): SseMessage[] {
  const messages: SseMessage[] = [];
  const parser = new SseParser((message) => messages.push(message));
  const ends = [...cuts, bytes.length].sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    parser.push(bytes.subarray(start, end));
    start = end;
  }
  return messages;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test('reads fields, comments, several data lines, and persistent ids', () => {
  const text = ': hello\nretry: 5\n\nevent: token\ndata: one\ndata:two\nid: a-1\n\ndata: three\n\n';
  expect(parseInPieces(encode(text), [])).toEqual([
    { event: 'token', data: 'one\ntwo', id: 'a-1' },
    { event: 'message', data: 'three', id: 'a-1' },
  ]);
});

test('an incomplete message is not dispatched', () => {
  expect(parseInPieces(encode('id: a-1\ndata: half'), [])).toEqual([]);
});

test('C2: messages do not depend on how the bytes are split, even within a character or a CRLF', () => {
  const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
  const line = fc.constantFrom('data: Grüße 👋', 'data:', 'id: k3-7', 'event: token', ': x', '');
  const text = fc
    .array(fc.tuple(line, lineEnd).map((pair) => pair.join('')))
    .map((all) => all.join(''));
  fc.assert(
    fc.property(text, fc.array(fc.nat()), (whole, drawn) => {
      const bytes = encode(`${whole}\n\n`);
      const cuts = drawn.map((cut) => cut % (bytes.length + 1));
      expect(parseInPieces(bytes, cuts)).toEqual(parseInPieces(bytes, []));
    }),
  );
});
