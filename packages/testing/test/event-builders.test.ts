import { knownEventSchema } from '@runtape/events';
import { expect, test } from 'vitest';
import { makeEntry, makeEvent, makeToken } from '../src/index.ts';

test('A9: built events are valid events', () => {
  const token = makeToken('Hi', { isComplete: true }, { metadata: { attempt: 1, step: 'draft' } });
  expect(knownEventSchema.parse(token)).toEqual(token);
  expect(token.data).toEqual({ part: 'draft', content: 'Hi', isComplete: true });
  const status = makeEvent('status', { stage: 'issue_read', message: 'Read it.' });
  expect(knownEventSchema.parse(status)).toEqual(status);
  expect(makeEntry(3, token)).toEqual({ id: 'testtest-3', seq: 3, event: token });
});
