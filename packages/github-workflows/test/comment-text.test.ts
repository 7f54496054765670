import { workflowIdSchema } from '@runtape/events';
import { expect, test } from 'vitest';
import {
  cancelledText,
  failureText,
  finalText,
  finalTextInSlices,
  markerOf,
  personCommentText,
  placeholderText,
} from '../src/posting/comment-text.ts';

const workflowId = workflowIdSchema.parse('wf_0123456789abcdef');
const draft = { comment: 'It is `src/a.ts:3`.', model: 'some-model', isCutOff: false };

test('A7: every text carries the hidden marker of its workflow', async () => {
  const texts = [
    placeholderText(workflowId),
    finalText(workflowId, draft),
    personCommentText(workflowId, 'Mine.'),
    await failureText(workflowId, { code: 'model_refused', message: 'It refused.' }),
    cancelledText(workflowId),
  ];
  for (const text of texts) expect(text.startsWith(`${markerOf(workflowId)}\n`)).toBe(true);
});

test('A7: the final text states above the draft that a program wrote it, with which model, and that no person checked it', async () => {
  expect(finalText(workflowId, draft)).toBe(
    `${markerOf(workflowId)}\n\n_Drafted by a program with the model \`some-model\`; no person has checked it._\n\n---\n\nIt is \`src/a.ts:3\`.`,
  );
  expect(finalText(workflowId, { ...draft, isCutOff: true })).toContain(
    'no person has checked it. It ends early: the rest of it is missing._',
  );
});

test('K4: the name of a model can end neither its code span nor its line', async () => {
  const text = finalText(workflowId, { ...draft, model: 'm`\n\n@ada' });
  expect(text).toContain('the model `m   @ada`; no person');
});

test.each([
  ['plain', 'x'],
  ['mentions, each of which grows', '@a '],
  ['HTML, which grows fourfold', '<'],
  ['emoji', '🌈'],
  ['links after a long plain part', `${'word '.repeat(8000)}${'[a](http://b.c)'.repeat(4000)}`],
  ['backticks, which require a longer fence', '`a'],
  ['one run of backticks', '`'.repeat(60_000)],
])('K4: a posted text fits into a comment for a draft of %s', async (_, piece) => {
  const comment = piece.repeat(Math.ceil(80_000 / piece.length));
  const text = finalText(workflowId, { ...draft, comment });
  expect(text.length).toBeLessThan(65_536);
  expect(text.length).toBeGreaterThan(20_000);
  expect(text.isWellFormed()).toBe(true);
  expect(text).toContain('It ends early');
});

test('A7: mentions written by a model notify no user, and code stays unchanged', async () => {
  const comment =
    'Ask @ada or @acme/team, mail a@b.c, see `@runtape/engine` and\n```\n@decorated\n```\n@eve';
  const text = finalText(workflowId, { ...draft, comment });
  expect(text).toContain('Ask @\u200Bada or @\u200Bacme/team, mail a@b.c, see `@runtape/engine`');
  expect(text).toContain('```\n@decorated\n```\n@\u200Beve');
});

test('A7: a failure note contains reason and code', async () => {
  const text = await failureText(workflowId, { code: 'model_refused', message: 'It refused.' });
  expect(text).toContain('It refused. (`model_refused`)');
});

test('K4: the message of an endpoint in a failure note notifies no user, and ends neither its sentence nor its line', async () => {
  const message = 'Ask @ada: `x\n\n<img src=y> https://evil.example';
  const text = await failureText(workflowId, { code: 'model_failed', message });
  expect(text).toContain(
    "_Reason: Ask @\u200Bada: 'x  &lt;img src=y> https:\u200B//evil.example (`model_failed`)_",
  );
});

test('A7: text written by a person is posted unchanged, except for surrounding blank space', async () => {
  expect(personCommentText(workflowId, ' Thanks @ada,\r\nsee [it](https://a.b).\n')).toBe(
    `${markerOf(workflowId)}\n\nThanks @ada,\nsee [it](https://a.b).`,
  );
});

test('K1: work in slices gives the same text as without, and an abort ends it', async () => {
  const comment = '- a [link](https://example.org/@ada) and `code`\n'.repeat(900);
  const cut = { ...draft, comment };
  const { signal } = new AbortController();
  expect(await finalTextInSlices(workflowId, cut, signal)).toBe(finalText(workflowId, cut));
  const gone = AbortSignal.abort(new Error('gone'));
  await expect(finalTextInSlices(workflowId, cut, gone)).rejects.toThrow('gone');
});
