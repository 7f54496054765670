import { type RuntapeClient, RuntapeClientError } from '@runtape/client';
import { makeEvent } from '@runtape/testing';
import { workflowIdSchema } from '@runtape/events';
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type StreamingChat,
  type StreamingChatOptions,
  useStreamingChat,
} from '@runtape/github-workflows/react';
import { entry, failed, failure, status, WORKFLOW } from './entries.ts';
import { fakeStreams } from './fake-streams.ts';
import { frame, holdTime, mount, releaseTime } from './mount.tsx';

beforeEach(holdTime);
afterEach(releaseTime);

const workflowId = workflowIdSchema.parse(WORKFLOW);
const answer = {
  answer: 'It resumes in `a.ts:1`.',
  isCutOff: false,
  model: 'demo',
  usage: null,
  cost: null,
  sources: [{ path: 'a.ts', lines: [1, 1] as [number, number] }],
};

const piece = (seq: number, content: string) =>
  entry(seq, makeEvent('token', { part: 'answer', content, isComplete: false }));
const done = (seq: number) =>
  entry(
    seq,
    makeEvent('workflow:completed', { durationMs: 1, usage: null, cost: null, result: answer }),
  );
const cancelled = (seq: number) => entry(seq, makeEvent('workflow:cancelled', { durationMs: 1 }));

type Start = (
  workflow: string,
  input: unknown,
  options?: object,
) => Promise<{ workflowId: string; created: boolean }>;

/** The client's `start`, without a run to follow: the hook follows by the id. */
function startsWith(start: Start): Pick<RuntapeClient, 'start'>;
function startsWith(start: Start): object {
  return { start };
}

/** Mounts a component that asks questions, with a client whose calls the test answers. */
async function mountChat(options: StreamingChatOptions & { readonly start?: Start } = {}) {
  const { start, ...handlers } = options;
  const streams = fakeStreams();
  const startQuestion = vi.fn<Start>(start ?? (async () => ({ workflowId, created: true })));
  const cancelWorkflow = vi.fn<RuntapeClient['cancelWorkflow']>(async () => ({
    outcome: 'requested',
  }));
  let chat: StreamingChat | null = null;
  function Probe() {
    chat = useStreamingChat(handlers);
    return null;
  }
  const at = await mount(
    { ...streams.client, ...startsWith(startQuestion), cancelWorkflow },
    <Probe />,
  );
  return {
    streams,
    at,
    startQuestion,
    cancelWorkflow,
    get chat(): StreamingChat {
      if (chat === null) throw new Error('It was never rendered.');
      return chat;
    },
  };
}

test('D5: nothing is requested before a question; then the answer appears as it is written', async () => {
  const onResult = vi.fn<NonNullable<StreamingChatOptions['onResult']>>();
  const page = await mountChat({ onResult });
  expect(page.chat).toMatchObject({ isStreaming: false, workflowId: null, text: '', result: null });
  expect(page.streams.all).toHaveLength(0);

  await act(async () => {
    expect(await page.chat.startStream('How?', { threadId: 't' })).toBe(WORKFLOW);
  });
  expect(page.startQuestion).toHaveBeenCalledWith(
    'askRepository',
    { question: 'How?' },
    { threadId: 't' },
  );
  expect(page.chat.isStreaming).toBe(true);
  await act(() => page.streams.last.send(status(1, 'Looking for passages'), piece(2, 'It ')));
  await frame();
  expect(page.chat).toMatchObject({ text: 'It ', status: { message: 'Looking for passages' } });
  await act(() => page.streams.last.send(piece(3, 'resumes.'), done(4)));
  await frame();
  expect(page.chat).toMatchObject({ isStreaming: false, text: 'It resumes.', result: answer });
  expect(onResult).toHaveBeenCalledExactlyOnceWith(answer);
  await page.at.unmount();
});

test('D5: stopping cancels the question, and keeps the answer so far', async () => {
  const page = await mountChat();
  await act(async () => void (await page.chat.startStream('How?')));
  await act(() => page.streams.last.send(piece(1, 'Half')));
  await frame();
  await act(() => page.chat.stopStream());
  expect(page.cancelWorkflow).toHaveBeenCalledExactlyOnceWith(WORKFLOW);
  await act(() => page.streams.last.send(cancelled(2)));
  await frame();
  expect(page.chat).toMatchObject({ isStreaming: false, isStopped: true, text: 'Half' });
  await act(() => page.chat.stopStream());
  expect(page.cancelWorkflow).toHaveBeenCalledOnce();
  await page.at.unmount();
});

test('D4, D5: the answer before a failure stays, beside the error', async () => {
  const onError = vi.fn<NonNullable<StreamingChatOptions['onError']>>();
  const page = await mountChat({ onError });
  await act(async () => void (await page.chat.startStream('How?')));
  await act(() => page.streams.last.send(piece(1, 'Half'), failed(2)));
  await frame();
  expect(page.chat).toMatchObject({ isStreaming: false, text: 'Half', error: failure });
  expect(onError).toHaveBeenCalledExactlyOnceWith(failure);
  await page.at.unmount();
});

test('D5: a refused question shows why, and the next one starts clean', async () => {
  const refused = new RuntapeClientError('refused', 'invalid_input', 'The question is empty.');
  const answers = [
    () => Promise.reject(refused),
    () => Promise.resolve({ workflowId, created: true }),
  ];
  const page = await mountChat({
    start: () => (answers.shift() ?? answers[0])?.() ?? Promise.reject(refused),
  });
  await act(async () => {
    expect(await page.chat.startStream('')).toBeNull();
  });
  expect(page.chat).toMatchObject({ isStreaming: false, error: { code: 'invalid_input' } });
  await act(async () => void (await page.chat.startStream('How?')));
  expect(page.chat).toMatchObject({ isStreaming: true, error: null });
  await page.at.unmount();
});

describe('D5, F4: a question that is stopped while it is being sent to the server', () => {
  const second = workflowIdSchema.parse('wf_fedcba9876543210');

  /** Asks a question whose request is still in progress. */
  async function askSlowly() {
    let sent = Promise.withResolvers<{ workflowId: typeof workflowId; created: boolean }>();
    const page = await mountChat({ start: () => sent.promise });
    let asking: Promise<string | null> = Promise.resolve(null);
    const ask = async (): Promise<void> => {
      sent = Promise.withResolvers();
      await act(async () => {
        asking = page.chat.startStream('How?');
      });
    };
    await ask();
    return {
      ...page,
      page,
      ask,
      arrive: (id = workflowId) =>
        act(async () => {
          sent.resolve({ workflowId: id, created: true });
          await asking;
        }),
      fail: (error: Error) =>
        act(async () => {
          sent.reject(error);
          await asking;
        }),
    };
  }

  test('is cancelled as soon as its workflow is known, and followed to its end', async () => {
    const { page, streams, cancelWorkflow, arrive, at } = await askSlowly();
    expect(page.chat.isStreaming).toBe(true);
    await act(() => page.chat.stopStream());
    expect(cancelWorkflow).not.toHaveBeenCalled();
    await arrive();
    expect(cancelWorkflow).toHaveBeenCalledExactlyOnceWith(WORKFLOW);
    await act(() => streams.last.send(cancelled(1)));
    await frame();
    expect(page.chat).toMatchObject({ isStreaming: false, isStopped: true, error: null });
    await at.unmount();
  });

  test('the same for a follow-up, whose predecessor stays as it ended', async () => {
    const { page, streams, cancelWorkflow, ask, arrive, at } = await askSlowly();
    await arrive();
    await act(() => streams.last.send(done(1)));
    await frame();
    await ask();
    await act(() => page.chat.stopStream());
    await arrive(second);
    expect(cancelWorkflow).toHaveBeenCalledExactlyOnceWith(second);
    await at.unmount();
  });

  test('even if the component is unmounted before it arrives; without Stop, unmounting stops nothing', async () => {
    for (const isStopped of [true, false]) {
      const { page, cancelWorkflow, arrive, at } = await askSlowly();
      if (isStopped) await act(() => page.chat.stopStream());
      await at.unmount();
      await arrive();
      expect(cancelWorkflow).toHaveBeenCalledTimes(isStopped ? 1 : 0);
    }
  });

  test('stops no other question: the next one continues', async () => {
    const { page, cancelWorkflow, ask, arrive, at } = await askSlowly();
    await act(() => page.chat.stopStream());
    await ask();
    await arrive(second);
    expect(cancelWorkflow).not.toHaveBeenCalledWith(second);
    expect(page.chat).toMatchObject({ isStreaming: true, workflowId: second });
    await at.unmount();
  });

  test('and cannot be started shows why; so does one that cannot be cancelled', async () => {
    const refused = new RuntapeClientError('refused', 'invalid_input', 'The question is empty.');
    const first = await askSlowly();
    await act(() => first.page.chat.stopStream());
    await first.fail(refused);
    expect(first.page.chat).toMatchObject({ isStreaming: false, error: { code: 'invalid_input' } });
    await first.at.unmount();
    const away = new RuntapeClientError('network', 'unreachable', 'The server is away.');
    const other = await askSlowly();
    other.cancelWorkflow.mockRejectedValue(away);
    await act(() => other.page.chat.stopStream());
    await other.arrive();
    expect(other.page.chat).toMatchObject({ isStreaming: true, error: { code: 'unreachable' } });
    await other.at.unmount();
  });
});

test('D5: unmounting stops nothing, and ends following', async () => {
  const page = await mountChat();
  await act(async () => void (await page.chat.startStream('How?')));
  await page.at.unmount();
  expect(page.cancelWorkflow).not.toHaveBeenCalled();
  expect(page.streams.open).toHaveLength(0);
  expect(vi.getTimerCount()).toBe(0);
});
