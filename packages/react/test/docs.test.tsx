import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntapeClient } from '@runtape/client';
import { workflowIdSchema } from '@runtape/events';
import { makeEvent } from '@runtape/testing';
import { act } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as library from '../src/index.ts';
import { completed, idOf, reset, token, WORKFLOW } from './entries.ts';
import {
  App,
  Chat,
  Conversation,
  Details,
  Draft,
  Feed,
  LastCalls,
  RunningReviews,
  StartedAnew,
  StopButton,
  Watch,
} from './examples.tsx';
import { fakeStreams } from './fake-streams.ts';
import { frame, holdTime, mount, releaseTime } from './mount.tsx';

const docs = readFileSync(join(import.meta.dirname, '../../../docs/react.md'), 'utf8');
const examples = readFileSync(join(import.meta.dirname, 'examples.tsx'), 'utf8');
const blocks = [...docs.matchAll(/```tsx\n([\s\S]*?)```/g)].map(([, code = '']) => code);

beforeEach(holdTime);
afterEach(releaseTime);

test('A8: every example in the docs is type-checked and run here', () => {
  expect(blocks.length).toBe(11);
  for (const block of blocks) expect(examples).toContain(block);
});

test('A8, D5, E6: every hook and component, and the function that explains a reset, has an example', () => {
  const named = Object.keys(library).filter((name) => /^use[A-Z]|^[A-Z]|^describe/.test(name));
  expect(named).toEqual(expect.arrayContaining(['useThread', 'describeReset']));
  const shown = blocks.join('\n');
  expect(named.filter((name) => !shown.includes(name))).toEqual([]);
});

test('A8: the examples show what they promise', async () => {
  const streams = fakeStreams();
  const at = await mount(
    { ...streams.client, listWorkflows: async () => ({ workflows: [], next: null }) },
    <>
      <Draft workflowId={WORKFLOW} />
      <Feed workflowId={null} />
      <Details workflowId={WORKFLOW} />
      <LastCalls workflowId={WORKFLOW} />
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

test('F2: E14: the reset example shows the reason until it is dismissed, and the client example stops a workflow', async () => {
  const streams = fakeStreams();
  const asked: unknown[] = [];
  const client: RuntapeClient = {
    ...streams.client,
    cancelWorkflow: async (...given) => {
      asked.push(given);
      return { outcome: 'requested' };
    },
  };
  const at = await mount(
    client,
    <>
      <StartedAnew workflowId={WORKFLOW} />
      <StopButton workflowId={WORKFLOW} />
    </>,
  );
  await act(() => streams.last.send(reset(4, 'What is left')));
  await frame();
  expect(at.text).toContain('The stream restarted because');
  const [understood, stop] = at.container.querySelectorAll('button');
  await act(async () => stop?.click());
  expect(at.text).toContain('It stops.');
  expect(asked).toEqual([[WORKFLOW, { reason: 'Not needed any more' }]]);
  await act(async () => understood?.click());
  await frame();
  expect(at.text).not.toContain('stream restarted');
  await at.unmount();
});
