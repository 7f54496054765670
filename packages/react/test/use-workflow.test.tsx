import type { AnyRuntapeClient, App } from '@runtape/client';
import { defineContract, type TypesByName } from '@runtape/engine/define';
import { decodeEvent } from '@runtape/events';
import { makeEvent, makeToken } from '@runtape/testing';
import { act, type ReactNode } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createHooks, StreamHandler, useWorkflow } from '../src/index.ts';
import { completed, entry, failed, failure, WORKFLOW } from './entries.ts';
import { fakeStreams } from './fake-streams.ts';
import { frame, holdTime, mount, releaseTime } from './mount.tsx';

beforeEach(holdTime);
afterEach(releaseTime);

const counting = defineContract({
  name: 'count',
  input: z.null(),
  result: z.object({ sum: z.number() }),
  events: { counted: z.number() },
  state: { sum: 0 },
  reduce: ({ sum }, { data }) => ({ sum: sum + data }),
});
type CountApp = App<TypesByName<[typeof counting]>>;

const started = makeEvent('workflow:started', { workflow: 'count', title: 'Count', target: '' });
const counted = (seq: number, data: number) =>
  entry(seq, decodeEvent({ type: 'counted', data, timestamp: '2026-01-02T03:04:05.678Z' }));
const write = (seq: number, part: string, content: string) =>
  entry(seq, makeToken(content, { part }));

function Count({
  id,
  onCounted,
}: {
  readonly id: string | null;
  readonly onCounted?: (data: number) => void;
}): ReactNode {
  const { state, text, result, status, error } = useWorkflow<CountApp>('count', id, {
    onEvent: (event) => {
      if (event.type === 'counted') onCounted?.(event.data);
    },
  });
  return (
    <p>
      {status} {state?.sum ?? 'unknown'} [{text('answer')}] [{text()}] {result?.sum}{' '}
      {error?.message}
    </p>
  );
}

test('E6: a workflow’s own state, texts, result and events, typed', async () => {
  const streams = fakeStreams([counting]);
  const heard: number[] = [];
  const at = await mount(
    streams.client,
    <Count id={WORKFLOW} onCounted={(data) => heard.push(data)} />,
  );
  expect(at.text).toBe('queued unknown [] []  ');
  await act(() =>
    streams.last.send(
      entry(1, started),
      write(2, 'answer', 'It is '),
      counted(3, 2),
      write(4, 'notes', 'Done.'),
      counted(5, 3),
    ),
  );
  await frame();
  expect(at.text).toBe('running 5 [It is ] [Done.]  ');
  expect(heard).toEqual([2, 3]);
  const data = { durationMs: 1, usage: null, cost: null, result: { sum: 5 } };
  await act(() => streams.last.send(entry(6, makeEvent('workflow:completed', data))));
  await frame();
  expect(at.text).toBe('completed 5 [It is ] [Done.] 5 ');
  await at.unmount();
  expect(streams.open).toHaveLength(0);
});

test('E6: without a contract the own state is unknown, and everything else is there', async () => {
  const streams = fakeStreams();
  const at = await mount(streams.client, <Count id={WORKFLOW} />);
  await act(() => streams.last.send(entry(1, started), counted(2, 2), write(3, 'answer', 'Yes')));
  await frame();
  expect(at.text).toBe('running unknown [Yes] [Yes]  ');
  await at.unmount();
});

test('E6: a failed workflow is an error with its code and page', async () => {
  const streams = fakeStreams();
  const errors: unknown[] = [];
  function Failed(): ReactNode {
    const { error } = useWorkflow('count', WORKFLOW);
    errors.push(error);
    return null;
  }
  const at = await mount(streams.client, <Failed />);
  await act(() => streams.last.send(failed(1)));
  await frame();
  expect(errors.at(-1)).toMatchObject({
    name: 'WorkflowFailedError',
    ...failure,
    docs: `docs/errors/${failure.code}.md`,
  });
  await at.unmount();
});

test('E6: without an id nothing is followed, until there is one', async () => {
  const streams = fakeStreams();
  const at = await mount(streams.client, <Count id={null} />);
  expect(streams.all).toHaveLength(0);
  await at.show(<Count id={WORKFLOW} />);
  expect(streams.last.id).toBe(WORKFLOW);
  await at.unmount();
});

test('F4: cancel calls the server with the workflow’s id and the reason', async () => {
  const streams = fakeStreams();
  const calls: unknown[] = [];
  const hooks = createHooks<CountApp>();
  const client: AnyRuntapeClient = {
    ...streams.client,
    cancelWorkflow: async (...given) => {
      calls.push(given);
      return { outcome: 'requested' };
    },
  };
  function Stop(): ReactNode {
    const { cancel } = hooks.useWorkflow('count', WORKFLOW);
    return <button onClick={() => void cancel({ reason: 'Enough.' })}>Stop</button>;
  }
  const at = await mount(client, <Stop />);
  await act(async () => at.container.querySelector('button')?.click());
  expect(calls).toEqual([[WORKFLOW, { reason: 'Enough.' }]]);
  await at.unmount();
});

test('A8: StreamHandler shows the part that is named', async () => {
  const streams = fakeStreams();
  const at = await mount(streams.client, <StreamHandler workflowId={WORKFLOW} part="summary" />);
  await act(async () => at.container.querySelector('button')?.click());
  await act(() =>
    streams.last.send(
      write(1, 'summary', 'In short.'),
      write(2, 'notes', 'At length.'),
      completed(3),
    ),
  );
  await frame();
  expect(at.text).toContain('In short.');
  expect(at.text).not.toContain('At length.');
  await at.unmount();
});
