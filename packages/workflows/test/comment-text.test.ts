import { workflowIdSchema } from '@runtape/events';
import { expect, test } from 'vitest';
import {
  cancelledText,
  failureText,
  finalText,
  markerOf,
  placeholderText,
} from '../src/posting/comment-text.ts';

const workflowId = workflowIdSchema.parse('wf_0123456789abcdef');
const draft = { comment: 'It is `src/a.ts:3`.', model: 'some-model', isCutOff: false };

test('A7: every text carries the hidden marker of its workflow', () => {
  const texts = [
    placeholderText(workflowId),
    finalText(workflowId, draft),
    failureText(workflowId, { code: 'model_refused', message: 'It refused.' }),
    cancelledText(workflowId),
  ];
  for (const text of texts) expect(text.startsWith(`${markerOf(workflowId)}\n`)).toBe(true);
});

test('A7: the final text says that a program drafted it, with which model, and that nobody checked it', () => {
  const text = finalText(workflowId, draft);
  expect(text).toContain('It is `src/a.ts:3`.');
  expect(text).toMatch(
    /Drafted by a program with the model `some-model`; no person has checked it\._$/,
  );
  expect(finalText(workflowId, { ...draft, isCutOff: true })).toContain('It ends early');
});

test('A7: a draft that GitHub would refuse for its length is cut, and says so', () => {
  const text = finalText(workflowId, { ...draft, comment: 'x'.repeat(80_000) });
  expect(text.length).toBeLessThan(65_536);
  expect(text).toContain('It ends early');
});

test('A7: nobody is called by a mention that a model wrote, and code stays as it is', () => {
  const comment =
    'Ask @ada or @acme/team, mail a@b.c, see `@runtape/engine` and\n```\n@decorated\n```\n@eve';
  const text = finalText(workflowId, { ...draft, comment });
  expect(text).toContain('Ask @\u200Bada or @\u200Bacme/team, mail a@b.c, see `@runtape/engine`');
  expect(text).toContain('```\n@decorated\n```\n@\u200Beve');
});

test('A7: a failure note names reason and code', () => {
  const text = failureText(workflowId, { code: 'model_refused', message: 'It refused.' });
  expect(text).toContain('It refused. (`model_refused`)');
});
