import { describe, expect, test } from 'vitest';
import { EventScanner, type NumberIn } from '../src/load/event-scanner.ts';
import { ChunkedBody } from '../src/load/http-body.ts';

let stamps: number[] = [];

/** Reads a stream that arrives in pieces of this many bytes. */
function scan(text: string, numberIn: NumberIn, pieceBytes: number): readonly number[] {
  const numbers: number[] = [];
  stamps = [];
  const scanner = new EventScanner({
    numberIn,
    onNumber: (number) => numbers.push(number),
    onStamp: (stampMs) => stamps.push(stampMs),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    scanner.feed(bytes, at, Math.min(bytes.length, at + pieceBytes));
  }
  return numbers;
}

describe.each([1, 3, 16, 10_000])('F1: a stream in pieces of %i bytes', (pieceBytes) => {
  test('is read by its ids, and events without one are skipped', () => {
    const text =
      'retry: 1000\n\n: heartbeat\n\nevent: token\ndata: {"id":"abc-9"}\nid: k3v9x2ab-17\n\nid: k3v9x2ab-18\n\n';
    expect(scan(text, 'id', pieceBytes)).toEqual([17, 18]);
  });

  test('is read by the ids in its data', () => {
    const text =
      'event: message\ndata: {"workflowId":"wf_1","id":"k3v9x2ab-3","message":{}}\n\nevent: control\ndata: {"streamNextOffset":"1_2"}\n\n';
    expect(scan(text, 'data', pieceBytes)).toEqual([3]);
  });

  test('is read by each of the tokens that were merged', () => {
    const text = 'data: {"type":"token","data":{"content":"000001 000002 "}}\nid: k3v9x2ab-2\n\n';
    expect(scan(text, 'text', pieceBytes)).toEqual([1, 2]);
  });

  test('is read by the times when its events were written', () => {
    const text = 'data: {"data":{"message":"at:1234.567 Reading"}}\nid: k3v9x2ab-2\n\n';
    expect(scan(text, 'id', pieceBytes)).toEqual([2]);
    expect(stamps).toEqual([1234.567]);
  });

  test('is decoded from its HTTP chunks', () => {
    let text = '';
    const body = new ChunkedBody((buffer, start, end) => {
      text += buffer.toString('utf8', start, end);
    });
    const bytes = Buffer.from('6\r\nid: 1\n\r\nA\r\n\r\n\nid: 12\n\r\n0\r\n\r\n');
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      body.feed(bytes, at, Math.min(bytes.length, at + pieceBytes));
    }
    expect(text).toBe('id: 1\n\r\n\nid: 12\n');
  });
});
