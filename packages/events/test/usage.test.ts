import { addUsage } from '@runtape/events';
import { expect, test } from 'vitest';

const one = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };

test('A9: usages add up, and an absent one counts as zero', () => {
  expect(addUsage(one, { inputTokens: 10, outputTokens: 20, totalTokens: 30 })).toEqual({
    inputTokens: 11,
    outputTokens: 22,
    totalTokens: 33,
  });
  expect(addUsage(one, null)).toEqual(one);
  expect(addUsage(null, one)).toEqual(one);
  expect(addUsage(null, null)).toBeNull();
});
