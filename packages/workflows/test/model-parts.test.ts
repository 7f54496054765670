import { expect, test } from 'vitest';
import { ToolCallCollector } from '../src/model/collect-tool-calls.ts';
import { costOf } from '../src/model/prices.ts';
import { WholeCharacters } from '../src/model/whole-characters.ts';

const million = { inputTokens: 1_000_000, outputTokens: 1_000_000, totalTokens: 2_000_000 };

test('C2: a character that is split over two pieces is handed on whole', () => {
  const characters = new WholeCharacters();
  const pieces = ['a\uD83E', '\uDD89b', '\uD83E', '', '\uDD89'].map((piece) =>
    characters.take(piece),
  );
  expect(pieces).toEqual(['a', '🦉b', '', '', '🦉']);
  expect(characters.rest()).toBe('');
});

test('C2: half a character that stays alone is replaced, wherever it stands', () => {
  const characters = new WholeCharacters();
  expect(characters.take('a\uD83Eb\uDD89')).toBe('a\uFFFDb\uFFFD');
  expect(characters.take('c\uD83E')).toBe('c');
  expect(characters.take('d')).toBe('\uFFFDd');
  expect(characters.take('\uD83E')).toBe('');
  expect(characters.rest()).toBe('\uFFFD');
});

test('A6: tool calls that arrive in pieces, several at once, are put together', () => {
  const calls = new ToolCallCollector();
  calls.add([{ index: 1, id: 'b', function: { name: 'read_', arguments: '{"pa' } }]);
  calls.add([{ index: 0, id: 'a', function: { name: 'list_files', arguments: '' } }]);
  calls.add([
    { index: 1, function: { name: 'file', arguments: 'th":' } },
    { index: 0, id: '', function: null },
  ]);
  calls.add([{ index: 1, id: null, function: { arguments: '"x"}' } }]);
  expect(calls.all()).toEqual([
    { id: 'a', name: 'list_files', arguments: '' },
    { id: 'b', name: 'read_file', arguments: '{"path":"x"}' },
  ]);
});

test('A6: a tool call without an id gets one', () => {
  const calls = new ToolCallCollector();
  calls.add([{ index: 3, function: { name: 'list_files' } }]);
  expect(calls.all()).toEqual([{ id: 'call_3', name: 'list_files', arguments: '' }]);
});

test('A6: a cost is worked out from the usage and the price of the model', () => {
  expect(costOf('gpt-4.1-mini', million)).toBeCloseTo(2);
  expect(costOf('gpt-4.1-mini-2025-04-14', million)).toBeCloseTo(2);
  expect(costOf('runtape-demo', million)).toBe(0);
});

test('A6: a price of ours takes precedence, and what has no price costs an unknown amount, not nothing', () => {
  const prices = { 'gpt-4.1-mini': { inputPerMillion: 1, outputPerMillion: 0 } };
  expect(costOf('gpt-4.1-mini', million, prices)).toBe(1);
  expect(costOf('gpt-4.1-mini-2025-04-14', million, prices)).toBe(1);
  expect(costOf('some-model', million)).toBeNull();
  expect(costOf('constructor', million)).toBeNull();
  expect(costOf('gpt-4.1-mini', null)).toBeNull();
});
