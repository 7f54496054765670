import { formatListCursor, parseListCursor } from '@runtape/event-log';
import { describe, expect, test } from 'vitest';

describe('a list position', () => {
  test('is decoded as it was encoded', () => {
    const cursor = { createdAt: 1_790_000_000_000, workflowId: `wf_${'a1'.repeat(8)}` };
    expect(parseListCursor(formatListCursor(cursor))).toEqual(cursor);
  });

  test.for([
    '',
    '-',
    '12',
    'x-wf_0123456789abcdef',
    '12-wf_short',
    `12-wf_${'a'.repeat(33)}`,
    '12-x',
  ])('refuses %j', (text) => {
    expect(() => parseListCursor(text)).toThrow(
      expect.objectContaining({ name: 'EventLogError', code: 'invalid_query' }),
    );
  });
});
