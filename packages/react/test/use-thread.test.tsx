import { RuntapeClientError, type ThreadEntry } from '@runtape/client';
import type { StreamEntry } from '@runtape/events';
import { workflowIdSchema } from '@runtape/events';
import { makeEvent } from '@runtape/testing';
import { draftText } from '@runtape/github-workflows/contract';
import { act, type ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Thread, type ThreadOptions, useThread } from '../src/index.ts';
import { completed, entry, idOf, reset, token, tokens } from './entries.ts';
import { fakeStreams } from './fake-streams.ts';
import { frame, holdTime, mount, releaseTime } from './mount.tsx';

beforeEach(holdTime);
afterEach(releaseTime);

const THREAD = 'thread-1';
const FIRST = 'wf_first00000000000000';
const SECOND = 'wf_second0000000000000';

/** The same entries as entries of a thread. The cursors need only be unique. */
function of(workflow: string, ...entries: readonly StreamEntry[]): readonly ThreadEntry[] {
  const workflowId = workflowIdSchema.parse(workflow);
  return entries.map(({ id, message }) => ({
    workflowId,
    id,
    message,
    cursor: `${workflowId} ${id}`,
  }));
}

/** A start, at this second of a day. */
function started(seconds: number): StreamEntry {
  const data = { workflow: 'askRepository', title: 'How?', target: 'sample' };
  const timestamp = new Date(Date.UTC(2026, 0, 2, 0, 0, seconds)).toISOString();
  return entry(1, { ...makeEvent('workflow:started', data), timestamp });
}

class Seen {
  renders = 0;
  #thread: Thread | null = null;

  get thread(): Thread {
    if (this.#thread === null) throw new Error('It was never rendered.');
    return this.#thread;
  }

  take(thread: Thread): void {
    this.renders += 1;
    this.#thread = thread;
  }
}

function Probe(
  props: { readonly seen?: Seen; readonly threadId?: string } & ThreadOptions,
): ReactNode {
  const { seen, threadId = THREAD, ...options } = props;
  const thread = useThread(threadId, options);
  seen?.take(thread);
  return thread.workflows.map((workflow) => <p key={workflow.workflowId}>{draftText(workflow)}</p>);
}

describe('what it shows', () => {
  test('C4: each workflow in its current state, including those that join later', async () => {
    const streams = fakeStreams();
    const seen = new Seen();
    const at = await mount(streams.client, <Probe seen={seen} />);
    expect(streams.lastThread.id).toBe(THREAD);
    expect(seen.thread).toMatchObject({
      workflows: [],
      connection: { state: 'connecting' },
      error: null,
    });
    await act(async () => {
      streams.lastThread.connection({ state: 'live' });
      await streams.lastThread.send(...of(FIRST, started(1), token(2, 'One ')));
    });
    await frame();
    await act(() =>
      streams.lastThread.send(
        ...of(SECOND, started(2), token(2, 'two')),
        ...of(FIRST, token(3, 'and')),
        ...of(FIRST, completed(4)),
      ),
    );
    await frame();
    expect(at.text).toBe('One andtwo');
    expect(seen.thread.workflows.map(({ status }) => status)).toEqual(['completed', 'running']);
    expect(seen.thread.connection).toEqual({ state: 'live' });
    await at.unmount();
  });

  test('C4: workflows are in the order in which they started, whichever is read first', async () => {
    const streams = fakeStreams();
    const seen = new Seen();
    const at = await mount(streams.client, <Probe seen={seen} />);
    const [third, first, second] = [3, 1, 2].map((seconds) =>
      of(`wf_${seconds}000000000000000000`, started(seconds)),
    );
    await act(() => streams.lastThread.send(...(third ?? []), ...(first ?? []), ...(second ?? [])));
    await frame();
    const ids = seen.thread.workflows.map(({ workflowId }) => workflowId);
    expect(ids).toEqual([1, 2, 3].map((seconds) => `wf_${seconds}000000000000000000`));
    await at.unmount();
  });

  test('A8: a burst of thousands of events in several workflows is one render, in the next frame', async () => {
    const streams = fakeStreams();
    const seen = new Seen();
    const at = await mount(streams.client, <Probe seen={seen} />);
    const before = seen.renders;
    await act(() =>
      streams.lastThread.send(...of(FIRST, ...tokens(1, 3000)), ...of(SECOND, ...tokens(1, 3000))),
    );
    expect(seen.renders).toBe(before);
    await frame();
    expect(seen.renders).toBe(before + 1);
    expect(seen.thread.workflows.map(({ cursor }) => cursor)).toEqual([idOf(3000), idOf(3000)]);
    await at.unmount();
  });

  test('F2: a reset replaces one workflow, leaves the others, and is reported until it is dismissed', async () => {
    const streams = fakeStreams();
    const seen = new Seen();
    const at = await mount(streams.client, <Probe seen={seen} />);
    await act(() =>
      streams.lastThread.send(...of(FIRST, token(9, 'lost')), ...of(SECOND, token(1, ' stays'))),
    );
    await act(() => streams.lastThread.send(...of(FIRST, reset(4, 'left'))));
    await frame();
    expect(at.text).toBe('left stays');
    expect(seen.thread.reset).toEqual({ id: idOf(4), reason: 'ahead' });
    await act(async () => seen.thread.dismissReset());
    await frame();
    expect(seen.thread.reset).toBeNull();
    await at.unmount();
  });

  test('after a change to another thread nothing of the first remains', async () => {
    const streams = fakeStreams();
    const at = await mount(streams.client, <Probe />);
    const before = streams.lastThread;
    await act(() => before.send(...of(FIRST, token(1, 'one'))));
    await frame();
    await at.show(<Probe threadId="thread-2" />);
    expect(at.text).toBe('');
    expect(before.isOpen).toBe(false);
    expect(streams.lastThread).toMatchObject({ id: 'thread-2', after: undefined });
    await at.unmount();
  });
});

describe('connections', () => {
  test('C4: two components share one, which ends with the last of them; nothing is left', async () => {
    const streams = fakeStreams();
    const at = await mount(
      streams.client,
      <>
        <Probe />
        <Probe />
      </>,
      { strict: true },
    );
    expect(streams.threads).toHaveLength(1);
    await act(() => streams.lastThread.send(...of(FIRST, token(1, 'a'))));
    await frame();
    expect(at.text).toBe('aa');
    await at.show(<Probe />);
    expect(streams.lastThread.isOpen).toBe(true);
    await at.unmount();
    expect(streams.threads.filter(({ isOpen }) => isOpen)).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('E13: a component that mounts again continues after the cursor, and immediately shows the earlier state', async () => {
    const streams = fakeStreams();
    const at = await mount(streams.client, <Probe />);
    await act(() =>
      streams.lastThread.send(...of(FIRST, token(1, 'a')), ...of(SECOND, token(1, 'b'))),
    );
    await at.show(null);
    await at.show(<Probe />);
    expect(at.text).toBe('ab');
    expect(streams.lastThread.after).toBe(`${SECOND} ${idOf(1)}`);
    await act(() => streams.lastThread.send(...of(SECOND, token(2, 'c'))));
    await frame();
    expect(at.text).toBe('abc');
    await at.unmount();
  });

  test('while disabled it opens no connection', async () => {
    const streams = fakeStreams();
    const at = await mount(streams.client, <Probe enabled={false} />);
    expect(streams.threads).toHaveLength(0);
    await at.unmount();
  });
});

describe('errors', () => {
  const refused = new RuntapeClientError('refused', 'not_your_thread', 'It is somebody else’s.');
  const lost = new RuntapeClientError('stream', 'connection_lost', 'The connection broke.');

  test('C4: a thread of another user is an error, reported once', async () => {
    const streams = fakeStreams();
    const seen = new Seen();
    const onError = vi.fn<(error: RuntapeClientError) => void>();
    const at = await mount(streams.client, <Probe seen={seen} onError={onError} />);
    await act(() => streams.lastThread.fail(refused));
    await frame();
    expect(seen.thread).toMatchObject({
      error: refused,
      connection: { state: 'failed', kind: 'refused' },
    });
    expect(onError.mock.calls).toEqual([[refused]]);
    expect(streams.threads).toHaveLength(1);
    await at.unmount();
  });

  test('B4: after it had given up, reconnect continues after the cursor, and each event arrives once', async () => {
    const streams = fakeStreams();
    const seen = new Seen();
    const heard: ThreadEntry[] = [];
    const at = await mount(
      streams.client,
      <Probe seen={seen} onEvent={(event) => heard.push(event)} />,
    );
    await act(() => streams.lastThread.send(...of(FIRST, token(1, 'a'))));
    await act(() => streams.lastThread.fail(lost));
    await frame();
    expect(seen.thread.error).toBe(lost);
    await act(async () => seen.thread.reconnect());
    await frame();
    expect(seen.thread).toMatchObject({ error: null, connection: { state: 'connecting' } });
    expect(streams.lastThread.after).toBe(`${FIRST} ${idOf(1)}`);
    await act(() => streams.lastThread.send(...of(FIRST, token(2, 'b'))));
    await frame();
    expect(at.text).toBe('ab');
    expect(heard.map(({ id }) => id)).toEqual([idOf(1), idOf(2)]);
    await at.unmount();
  });
});
