import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workflowIdSchema } from '@runtape/events';
import { makeEvent } from '@runtape/testing';
import { act } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as library from '../src/index.ts';
import { completed, idOf, token, WORKFLOW } from './entries.ts';
import { App, Chat, Conversation, Details, Draft, RunningReviews, Watch } from './examples.tsx';
import { fakeStreams } from './fake-streams.ts';
import { frame, holdTime, mount, releaseTime } from './mount.tsx';

const docs = readFileSync(join(import.meta.dirname, '../../../docs/react.md'), 'utf8');
const examples = readFileSync(join(import.meta.dirname, 'examples.tsx'), 'utf8');
const blocks = [...docs.matchAll(/```tsx\n([\s\S]*?)```/g)].map(([, code = '']) => code);

beforeEach(holdTime);
afterEach(releaseTime);

test('A8: every example in the docs is one of those that are type-checked and run here', () => {
  expect(blocks.length).toBe(7);
  for (const block of blocks) expect(examples).toContain(block);
});

test('A8, D5, E6: every hook and component has an example', () => {
  const named = Object.keys(library).filter((name) => /^use[A-Z]|^[A-Z]/.test(name));
  expect(named).toContain('useThread');
  const shown = blocks.join('\n');
  expect(named.filter((name) => !shown.includes(name))).toEqual(['useRuntapeClient']);
});

test('A8: the examples show what they say', async () => {
  const streams = fakeStreams();
  const at = await mount(
    { ...streams.client, listWorkflows: async () => ({ workflows: [], next: null }) },
    <>
      <Draft workflowId={WORKFLOW} />
      <Details workflowId={WORKFLOW} />
      <Watch workflowId={WORKFLOW} />
      <Chat />
      <RunningReviews />
      <Conversation threadId="thread-1" />
      <App>An app</App>
    </>,
  );
  const workflowId = workflowIdSchema.parse(WORKFLOW);
  const answer = { part: 'answer', content: 'In a thread.', isComplete: true };
  const message = makeEvent('token', answer);
  await act(async () => {
    await streams.last.send(token(1, 'As it is written.'), completed(2));
    await streams.lastThread.send({ workflowId, id: idOf(1), message, cursor: 'c' });
  });
  await frame();
  expect(at.text).toContain('As it is written.');
  expect(at.text).toContain('In a thread.');
  expect(at.text).toContain('It has just been finished.');
  expect(at.text).toContain('Nothing has happened yet.');
  expect(at.text).toContain('An app');
  await at.unmount();
});
