import { RuntapeClientError } from '@runtape/client';
import type { WorkflowSnapshot } from '@runtape/events';
import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StreamHandler, type StreamHandlerError } from '../src/index.ts';
import { completed, failed, failure, idOf, reset, status, token, WORKFLOW } from './entries.ts';
import { fakeStreams } from './fake-streams.ts';
import { frame, holdTime, mount, type Mounted, releaseTime } from './mount.tsx';

beforeEach(holdTime);
afterEach(releaseTime);

const lost = new RuntapeClientError('stream', 'connection_lost', 'The connection broke.');

function buttonIn({ container }: Mounted): HTMLButtonElement {
  const button = container.querySelector('button');
  if (button === null) throw new Error('There is no button.');
  return button;
}

function statusIn({ container }: Mounted): string {
  return container.querySelector('output')?.textContent ?? '';
}

function press(at: Mounted): Promise<void> {
  return act(async () => buttonIn(at).click());
}

test('A8: nothing is followed until Start; the workflow id is displayed', async () => {
  const streams = fakeStreams();
  const at = await mount(streams.client, <StreamHandler workflowId={WORKFLOW} />);
  expect(streams.all).toHaveLength(0);
  expect(buttonIn(at).textContent).toBe('Start');
  expect(statusIn(at)).toBe('Not watching');
  expect(at.container.querySelector('code')?.textContent).toBe(WORKFLOW);
  await at.unmount();
});

test('A8: the button starts and stops, and is labelled accordingly; Start again continues after the cursor', async () => {
  const streams = fakeStreams();
  const at = await mount(streams.client, <StreamHandler workflowId={WORKFLOW} />);
  await press(at);
  expect(buttonIn(at).textContent).toBe('Stop');
  expect(statusIn(at)).toBe('Connecting');
  await act(async () => {
    streams.last.connection({ state: 'live' });
    await streams.last.send(status(1, 'Reading the issue'), token(2, 'Live text'));
  });
  await frame();
  expect(statusIn(at)).toBe('Reading the issue');
  expect(at.text).toContain('Live text');
  await press(at);
  expect(buttonIn(at).textContent).toBe('Start');
  expect(streams.open).toHaveLength(0);
  expect(at.text).toContain('Live text');
  await press(at);
  expect(streams.last.after).toBe(idOf(2));
  await at.unmount();
  expect(streams.open).toHaveLength(0);
  expect(vi.getTimerCount()).toBe(0);
});

test('A8: onComplete is called once with the final state; then there is nothing to start', async () => {
  const streams = fakeStreams();
  const onComplete = vi.fn<(workflow: WorkflowSnapshot) => void>();
  const at = await mount(
    streams.client,
    <StreamHandler workflowId={WORKFLOW} onComplete={onComplete} />,
  );
  await press(at);
  await act(() => streams.last.send(token(1, 'Done'), completed(2)));
  await frame();
  expect(onComplete).toHaveBeenCalledTimes(1);
  expect(onComplete.mock.calls[0]?.[0]).toMatchObject({ status: 'completed', cursor: idOf(2) });
  expect(statusIn(at)).toBe('Completed');
  expect(buttonIn(at)).toMatchObject({ textContent: 'Ended', disabled: true });
  await at.unmount();
});

test('A8: onError is called once with the reason when the workflow fails', async () => {
  const streams = fakeStreams();
  const onError = vi.fn<(error: StreamHandlerError) => void>();
  const at = await mount(streams.client, <StreamHandler workflowId={WORKFLOW} onError={onError} />);
  await press(at);
  await act(() => streams.last.send(failed(1)));
  await frame();
  expect(onError.mock.calls).toEqual([[failure]]);
  expect(statusIn(at)).toBe('Failed');
  await at.unmount();
});

test('A8: onError is called once when the stream fails permanently; the button then tries again', async () => {
  const streams = fakeStreams();
  const onError = vi.fn<(error: StreamHandlerError) => void>();
  const at = await mount(streams.client, <StreamHandler workflowId={WORKFLOW} onError={onError} />);
  await press(at);
  await act(() => streams.last.fail(lost));
  await frame();
  expect(onError.mock.calls).toEqual([[lost]]);
  expect(statusIn(at)).toBe('The connection broke.');
  expect(buttonIn(at).textContent).toBe('Try again');
  await press(at);
  await frame();
  expect(streams.open).toHaveLength(1);
  expect(statusIn(at)).toBe('Connecting');
  await at.unmount();
});

test('C6: says in how many seconds it reconnects', async () => {
  const streams = fakeStreams();
  const at = await mount(streams.client, <StreamHandler workflowId={WORKFLOW} />);
  await press(at);
  await act(async () => streams.last.connection({ state: 'reconnecting', inMs: 2400, attempt: 3 }));
  await frame();
  expect(statusIn(at)).toBe('Reconnecting in 3 s, attempt 3');
  await at.unmount();
});

test('A8: className is added to the box', async () => {
  const at = await mount(
    fakeStreams().client,
    <StreamHandler workflowId={WORKFLOW} className="mt-8 shadow" />,
  );
  const classes = at.container.querySelector('section')?.classList;
  expect([...(classes ?? [])]).toEqual(expect.arrayContaining(['rounded-lg', 'mt-8', 'shadow']));
  await at.unmount();
});

test('F2: says that the stream was reset, and why', async () => {
  const streams = fakeStreams();
  const at = await mount(streams.client, <StreamHandler workflowId={WORKFLOW} />);
  await press(at);
  await act(() => streams.last.send(token(9, 'What is lost'), reset(4, 'What is left')));
  await frame();
  expect(at.text).toContain('What is left');
  expect(at.text).toContain(
    'The stream restarted because the server has fewer events than this page showed.',
  );
  await at.unmount();
});
