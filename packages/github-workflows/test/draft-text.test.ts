import type { EventData } from '@runtape/events';
import { expect, test } from 'vitest';
import { DraftText } from '../src/model/draft-text.ts';

function collectTokens(): {
  text: DraftText;
  tokens: EventData<'token'>[];
  joined: (part: string) => string;
} {
  const tokens: EventData<'token'>[] = [];
  const text = new DraftText(async (token) => void tokens.push(token));
  const joined = (part: string): string =>
    tokens
      .filter((token) => token.part === part)
      .map(({ content }) => content)
      .join('');
  return { text, tokens, joined };
}

const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
const last = { callsTools: false, finishReason: 'stop', usage };
const tools = { callsTools: true, finishReason: 'tool_calls', usage };
const sentence = 'This is a sentence of the comment that is being drafted here, at some length. ';

test('A9: the draft streams as it is written and ends in a token with finish reason and usage', async () => {
  const { text, tokens } = collectTokens();
  text.begin({ mayCallTools: false });
  for (const piece of ['It', ' is', ' so.']) await text.add(piece);
  await text.end(last);
  expect(tokens).toEqual([
    { part: 'draft', content: 'It', isComplete: false },
    { part: 'draft', content: ' is', isComplete: false },
    { part: 'draft', content: ' so.', isComplete: false },
    { part: 'draft', content: '', isComplete: true, metadata: { finishReason: 'stop', usage } },
  ]);
  expect(text.draft).toBe('It is so.');
});

test('A9: remarks of the model before it calls tools are not part of the draft', async () => {
  const { text, tokens, joined } = collectTokens();
  for (const remark of ['Let me look.', 'One more search.']) {
    text.begin({ mayCallTools: true });
    await text.add(remark);
    expect(joined('draft')).toBe('');
    await text.end(tools);
  }
  text.begin({ mayCallTools: true });
  await text.add('Short.');
  await text.end(last);
  expect(tokens.map(({ part, content, isComplete }) => [part, content, isComplete])).toEqual([
    ['thinking-1', 'Let me look.', true],
    ['thinking-2', 'One more search.', true],
    ['draft', 'Short.', false],
    ['draft', '', true],
  ]);
  expect(text.draft).toBe('Short.');
});

test.each([
  ['is long', sentence.repeat(4)],
  ['has paragraphs', 'One.\n\nTwo.'],
  ['begins with a heading', '## Cause'],
  ['begins with a quote', '> drafted'],
])(
  'A9: a text that %s streams before it is known whether a tool call follows',
  async (_, begin) => {
    const { text, joined } = collectTokens();
    text.begin({ mayCallTools: true });
    for (const character of begin) await text.add(character);
    expect(joined('draft')).toBe(begin);
  },
);

test('A9: a draft that is interrupted by a tool call continues in a new paragraph', async () => {
  const { text, tokens, joined } = collectTokens();
  text.begin({ mayCallTools: true });
  await text.add(sentence.repeat(4));
  await text.end(tools);
  text.begin({ mayCallTools: true });
  await text.add('And so on.');
  await text.end(last);
  expect(text.draft).toBe(`${sentence.repeat(4)}\n\nAnd so on.`);
  expect(joined('draft')).toBe(text.draft);
  expect(tokens.filter(({ isComplete }) => isComplete)).toHaveLength(1);
});

test('A9: without reported usage, none is invented', async () => {
  const { text, tokens } = collectTokens();
  text.begin({ mayCallTools: false });
  await text.end({ ...last, usage: null });
  expect(tokens.at(-1)?.metadata).toEqual({ finishReason: 'stop' });
});
