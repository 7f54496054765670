import { expect, test } from 'vitest';
import { costOf, priceOf } from '../src/model/prices.ts';
import { WholeCharacters } from '../src/text/truncate.ts';

const million = { inputTokens: 1_000_000, outputTokens: 1_000_000, totalTokens: 2_000_000 };

test('C2: a character that is split over two chunks is passed on whole', () => {
  const characters = new WholeCharacters();
  const pieces = ['a\uD83E', '\uDD89b', '\uD83E', '', '\uDD89'].map((piece) =>
    characters.take(piece),
  );
  expect(pieces).toEqual(['a', '🦉b', '', '', '🦉']);
  expect(characters.rest()).toBe('');
});

test('C2: half a character that remains alone is replaced, wherever it is', () => {
  const characters = new WholeCharacters();
  expect(characters.take('a\uD83Eb\uDD89')).toBe('a\uFFFDb\uFFFD');
  expect(characters.take('c\uD83E')).toBe('c');
  expect(characters.take('d')).toBe('\uFFFDd');
  expect(characters.take('\uD83E')).toBe('');
  expect(characters.rest()).toBe('\uFFFD');
});

test('A6: a cost is computed from the usage and the price of the model', () => {
  expect(costOf(priceOf('gpt-4.1-mini'), million)).toBeCloseTo(2);
  expect(costOf(priceOf('gpt-4.1-mini-2025-04-14'), million)).toBeCloseTo(2);
  expect(costOf(priceOf('runtape-demo'), million)).toBe(0);
});

test('A6: a configured price takes precedence, and without a price the cost is unknown, not zero', () => {
  const prices = { 'gpt-4.1-mini': { inputPerMillion: 1, outputPerMillion: 0 } };
  expect(costOf(priceOf('gpt-4.1-mini', prices), million)).toBe(1);
  expect(costOf(priceOf('gpt-4.1-mini-2025-04-14', prices), million)).toBe(1);
  expect(costOf(priceOf('some-model'), million)).toBeNull();
  expect(costOf(priceOf('constructor'), million)).toBeNull();
  expect(costOf(priceOf('gpt-4.1-mini'), null)).toBeNull();
});
