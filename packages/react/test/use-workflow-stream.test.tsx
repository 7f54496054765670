import { type ConnectionState, RuntapeClientError } from '@runtape/client';
import type { StreamEntry, WorkflowSnapshot } from '@runtape/events';
import { draftText } from '@runtape/github-workflows/contract';
import { act, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  useWorkflowStream,
  type WorkflowStream,
  type WorkflowStreamOptions,
} from '../src/index.ts';
import {
  completed,
  failed,
  failure,
  idOf,
  reset,
  resetToCompleted,
  state,
  status,
  token,
  tokens,
  WORKFLOW,
} from './entries.ts';
import { fakeStreams } from './fake-streams.ts';
import { frame, holdTime, mount, releaseTime } from './mount.tsx';

beforeEach(holdTime);
afterEach(releaseTime);

const refused = new RuntapeClientError('refused', 'unknown_workflow', 'There is no such workflow.');
const lost = new RuntapeClientError('stream', 'connection_lost', 'The connection broke.');

/** The latest view of a probe, and how often it was rendered. */
class Seen {
  renders = 0;
  #stream: WorkflowStream | null = null;

  get stream(): WorkflowStream {
    if (this.#stream === null) throw new Error('It was never rendered.');
    return this.#stream;
  }

  take(stream: WorkflowStream): void {
    this.renders += 1;
    this.#stream = stream;
  }
}

function Probe(
  props: { readonly seen?: Seen; readonly workflowId?: string } & WorkflowStreamOptions,
): ReactNode {
  const { seen, workflowId = WORKFLOW, ...options } = props;
  const stream = useWorkflowStream(workflowId, options);
  seen?.take(stream);
  return <p>{draftText(stream.workflow)}</p>;
}

describe('what it shows', () => {
  test('E6, A3: the history first and then live events, as text, agents, logs and connection', async () => {
    const streams = fakeStreams();
    const seen = new Seen();
    const at = await mount(streams.client, <Probe seen={seen} />);
    expect(seen.stream).toMatchObject({
      connection: { state: 'connecting' },
      isConnected: false,
      isStreaming: false,
      error: null,
    });
    await act(async () => {
      streams.last.connection({ state: 'live' });
      await streams.last.send(status(1, 'Reading the issue'), token(2, 'Hello '));
    });
    await frame();
    expect(at.text).toBe('Hello ');
    expect(seen.stream.workflow.statuses.at(-1)?.message).toBe('Reading the issue');
    expect(seen.stream).toMatchObject({ isConnected: true, isStreaming: true });
    await act(() => streams.last.send(token(3, 'world'), completed(4)));
    await frame();
    expect(at.text).toBe('Hello world');
    expect(seen.stream).toMatchObject({
      connection: { state: 'ended' },
      isConnected: false,
      isStreaming: false,
      workflow: { status: 'completed' },
    });
    await at.unmount();
  });

  test('E6: 10,000 tokens cause at most one render per frame, in one burst and in many', async () => {
    const streams = fakeStreams();
    const seen = new Seen();
    const at = await mount(streams.client, <Probe seen={seen} />);
    const before = seen.renders;
    await act(() => streams.last.send(...tokens(1, 5_000)));
    expect(seen.renders).toBe(before);
    await frame();
    expect(seen.renders).toBe(before + 1);
    const bursts = 20;
    for (let burst = 0; burst < bursts; burst += 1) {
      // Each in a separate update, as over a stream.
      for (const one of tokens(5_001 + burst * 250, 250)) await act(() => streams.last.send(one));
      expect(seen.renders).toBe(before + 1 + burst);
      await frame();
    }
    expect(seen.renders).toBe(before + 1 + bursts);
    expect(at.text).toMatch(/^1 2 3 .* 9999 10000 $/);
    await frame();
    expect(seen.renders).toBe(before + 1 + bursts);
    await at.unmount();
  });

  test('in a hidden tab, without animation frames, the view lags only slightly', async () => {
    vi.stubGlobal('requestAnimationFrame', () => 1);
    vi.stubGlobal('cancelAnimationFrame', () => {});
    const streams = fakeStreams();
    const at = await mount(streams.client, <Probe />);
    await act(() => streams.last.send(token(1, 'Hidden')));
    expect(at.text).toBe('');
    await act(async () => vi.advanceTimersByTime(250));
    expect(at.text).toBe('Hidden');
    await at.unmount();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('C6: the state of reconnecting', async () => {
    const streams = fakeStreams();
    const seen = new Seen();
    const at = await mount(streams.client, <Probe seen={seen} />);
    const reconnecting: ConnectionState = { state: 'reconnecting', inMs: 3000, attempt: 2 };
    await act(async () => streams.last.connection(reconnecting));
    await frame();
    expect(seen.stream.connection).toEqual(reconnecting);
    expect(seen.stream.isConnected).toBe(false);
    await at.unmount();
  });

  test('with a new workflow id it shows the new workflow immediately, and nothing of the first', async () => {
    const streams = fakeStreams();
    const at = await mount(streams.client, <Probe workflowId="wf_first00000000000000" />);
    const first = streams.last;
    await act(() => first.send(token(1, 'first')));
    await frame();
    await at.show(<Probe workflowId="wf_second0000000000000" />);
    expect(at.text).toBe('');
    expect(first.isOpen).toBe(false);
    await act(() => streams.last.send(token(1, 'second')));
    await frame();
    expect(at.text).toBe('second');
    expect(streams.open.map(({ id }) => id)).toEqual(['wf_second0000000000000']);
    await at.unmount();
  });
});

describe('connections', () => {
  test('E3: components that show the same workflow share one connection, and show the same', async () => {
    const streams = fakeStreams();
    const at = await mount(
      streams.client,
      <>
        <Probe />
        <Probe />
        <Probe />
      </>,
    );
    await act(() => streams.last.send(token(1, 'once ')));
    await frame();
    expect(at.text).toBe('once once once ');
    expect(streams.all).toHaveLength(1);
    await at.show(<Probe />);
    expect(streams.open).toHaveLength(1);
    await at.unmount();
    expect(streams.open).toHaveLength(0);
  });

  test('A13: unmounting ends the connection and leaves no frame and no timer', async () => {
    const streams = fakeStreams();
    const seen = new Seen();
    const at = await mount(streams.client, <Probe seen={seen} />);
    await act(() => streams.last.send(token(1, 'a')));
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    await at.unmount();
    expect(streams.open).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
    const { renders } = seen;
    await streams.last.send(token(2, 'b'));
    await frame();
    expect(seen.renders).toBe(renders);
  });

  test('under StrictMode nothing is doubled: one connection, each event once', async () => {
    const streams = fakeStreams();
    const heard: StreamEntry[] = [];
    const at = await mount(streams.client, <Probe onEvent={(entry) => heard.push(entry)} />, {
      strict: true,
    });
    expect(streams.all).toHaveLength(1);
    await act(() => streams.last.send(...tokens(1, 3)));
    await frame();
    expect(at.text).toBe('1 2 3 ');
    expect(heard.map(({ id }) => id)).toEqual([idOf(1), idOf(2), idOf(3)]);
    await at.unmount();
    expect(streams.open).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a component that replaces another continues with its connection', async () => {
    const streams = fakeStreams();
    const at = await mount(streams.client, <Probe key="one" />);
    await act(() => streams.last.send(token(1, 'kept')));
    await at.show(<Probe key="other" />);
    await frame();
    expect(at.text).toBe('kept');
    expect(streams.all).toHaveLength(1);
    await at.unmount();
  });

  test('A3: a component that mounts again shows the earlier state and continues after its cursor', async () => {
    const streams = fakeStreams();
    const at = await mount(streams.client, <Probe />);
    await act(() => streams.last.send(...tokens(1, 3)));
    await at.show(null);
    expect(streams.open).toHaveLength(0);
    const heard: StreamEntry[] = [];
    await at.show(<Probe onEvent={(entry) => heard.push(entry)} />);
    expect(at.text).toBe('1 2 3 ');
    expect(streams.last.after).toBe(idOf(3));
    await act(() => streams.last.send(token(4, '4 ')));
    await frame();
    expect(at.text).toBe('1 2 3 4 ');
    expect(heard.map(({ id }) => id)).toEqual([idOf(4)]);
    await at.unmount();
  });

  test('reports about a closed connection are gone when a component mounts again', async () => {
    const streams = fakeStreams();
    const seen = new Seen();
    const at = await mount(streams.client, <Probe />);
    await act(() => streams.last.fail(lost));
    await frame();
    await at.show(null);
    await at.show(<Probe seen={seen} />);
    expect(seen.stream.error).toBeNull();
    expect(seen.stream.connection).toEqual({ state: 'connecting' });
    expect(streams.open).toHaveLength(1);
    await at.unmount();
  });

  test('a workflow that has ended is shown again without a connection', async () => {
    const streams = fakeStreams();
    const at = await mount(streams.client, <Probe />);
    await act(() => streams.last.send(token(1, 'All of it'), completed(2)));
    await at.show(null);
    await at.show(<Probe />);
    expect(at.text).toBe('All of it');
    expect(streams.all).toHaveLength(1);
    await at.unmount();
  });

  test('while disabled it does not connect, and keeps what it has received', async () => {
    const streams = fakeStreams();
    const at = await mount(streams.client, <Probe enabled={false} />);
    expect(streams.all).toHaveLength(0);
    await at.show(<Probe enabled />);
    await act(() => streams.last.send(token(1, 'kept')));
    await at.show(<Probe enabled={false} />);
    expect(streams.open).toHaveLength(0);
    expect(at.text).toBe('kept');
    await at.unmount();
  });

  test('while disabled it shows what another component follows, and keeps no connection alive', async () => {
    const streams = fakeStreams();
    const both = (watches: boolean): ReactNode => (
      <>
        <Probe enabled={watches} />
        <Probe enabled={false} />
      </>
    );
    const at = await mount(streams.client, both(true));
    await act(() => streams.last.send(token(1, 'seen ')));
    await frame();
    expect(at.text).toBe('seen seen ');
    await at.show(both(false));
    expect(streams.open).toHaveLength(0);
    await at.unmount();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('each of many workflows keeps its connection, however often they render', async () => {
    const streams = fakeStreams();
    const ids = Array.from({ length: 50 }, (_, index) => `wf_${String(index).padStart(20, '0')}`);
    const probes = (key: string): ReactNode =>
      ids.map((id) => <Probe key={`${id}${key}`} workflowId={id} />);
    const at = await mount(streams.client, probes(''));
    await at.show(probes(''));
    expect(streams.all).toHaveLength(50);
    await at.show(probes('again'));
    expect(streams.all).toHaveLength(50);
    await at.unmount();
    expect(streams.open).toHaveLength(0);
  });

  test('the last twenty workflows that no component shows any more are kept', async () => {
    const streams = fakeStreams();
    const ids = Array.from({ length: 22 }, (_, index) => `wf_${String(index).padStart(20, '0')}`);
    const at = await mount(streams.client, null);
    for (const id of ids) {
      await at.show(<Probe workflowId={id} />);
      await act(() => streams.last.send(token(1, id)));
    }
    await at.show(null);
    await at.show(<Probe workflowId={ids[0] ?? ''} />);
    expect(at.text).toBe('');
    expect(streams.last.after).toBeUndefined();
    await at.show(<Probe workflowId={ids[21] ?? ''} />);
    expect(at.text).toBe(ids[21]);
    expect(streams.last.after).toBe(idOf(1));
    await at.unmount();
  });
});

describe('events from before it connected', () => {
  test('F3: the past is requested as one message, and new events are added to it', async () => {
    const streams = fakeStreams();
    const at = await mount(streams.client, <Probe />);
    expect(streams.last.replay).toBe('snapshot');
    await act(() => streams.last.send(state(100_000, 'All until now'), token(100_001, ', and on')));
    await frame();
    expect(at.text).toBe('All until now, and on');
    await at.unmount();
  });

  test('F2: a reset replaces the state, and is reported until it is dismissed', async () => {
    const streams = fakeStreams();
    const seen = new Seen();
    const heard: StreamEntry[] = [];
    const at = await mount(
      streams.client,
      <Probe seen={seen} onEvent={(entry) => heard.push(entry)} />,
    );
    await act(() => streams.last.send(token(9, 'What is lost')));
    await frame();
    expect(seen.stream.reset).toBeNull();
    const sent = reset(4, 'What is left');
    await act(() => streams.last.send(sent, token(5, ' goes on')));
    await frame();
    expect(at.text).toBe('What is left goes on');
    expect(seen.stream.reset).toEqual({ id: idOf(4), reason: 'ahead' });
    expect(heard[1]).toBe(sent);
    await act(async () => seen.stream.dismissReset());
    await frame();
    expect(seen.stream.reset).toBeNull();
    expect(at.text).toBe('What is left goes on');
    await at.unmount();
  });
});

describe('callbacks', () => {
  test('E6: onEvent receives each event once and in order, including those of one frame', async () => {
    const streams = fakeStreams();
    const heard: StreamEntry[] = [];
    const at = await mount(streams.client, <Probe onEvent={(entry) => heard.push(entry)} />);
    const sent = tokens(1, 1000);
    await act(() => streams.last.send(...sent));
    expect(heard).toEqual(sent);
    await frame();
    expect(heard).toHaveLength(1000);
    await at.unmount();
  });

  test('the callback of the latest render is the one that is called', async () => {
    const streams = fakeStreams();
    const first = vi.fn<(entry: StreamEntry) => void>();
    const second = vi.fn<(entry: StreamEntry) => void>();
    const at = await mount(streams.client, <Probe onEvent={first} />);
    await at.show(<Probe onEvent={second} />);
    await act(() => streams.last.send(token(1, 'a')));
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledTimes(1);
    expect(streams.all).toHaveLength(1);
    await at.unmount();
  });

  test.each([
    ['its event', [token(1, 'text'), completed(2)]],
    ['a reset whose snapshot has ended', [resetToCompleted(9)]],
  ])('onCompleted is called once with the final state, by %s', async (_, sent) => {
    const streams = fakeStreams();
    const onCompleted = vi.fn<(workflow: WorkflowSnapshot) => void>();
    const onError = vi.fn<(error: RuntapeClientError) => void>();
    const onFailed = vi.fn<(workflow: WorkflowSnapshot) => void>();
    const probe = <Probe onCompleted={onCompleted} onError={onError} onFailed={onFailed} />;
    const at = await mount(streams.client, probe);
    await act(() => streams.last.send(...sent));
    await frame();
    await at.show(probe);
    await act(() => streams.last.end());
    await frame();
    expect(onCompleted).toHaveBeenCalledTimes(1);
    expect(onCompleted.mock.calls[0]?.[0]).toMatchObject({
      status: 'completed',
      cursor: sent.at(-1)?.id,
    });
    expect(onError).not.toHaveBeenCalled();
    expect(onFailed).not.toHaveBeenCalled();
    await at.unmount();
  });

  test('A11, E9: a refused id is an error state, reported once, and not retried', async () => {
    const streams = fakeStreams();
    const seen = new Seen();
    const onError = vi.fn<(error: RuntapeClientError) => void>();
    const at = await mount(streams.client, <Probe seen={seen} onError={onError} />);
    await act(() => streams.last.fail(refused));
    await frame();
    expect(seen.stream).toMatchObject({
      error: refused,
      connection: { state: 'failed', kind: 'refused', message: refused.message },
      isConnected: false,
    });
    await at.show(<Probe seen={seen} onError={onError} />);
    expect(onError.mock.calls).toEqual([[refused]]);
    expect(streams.all).toHaveLength(1);
    await at.unmount();
  });

  test('E10: an error thrown by one callback is reported, and affects neither the others nor the stream', async () => {
    const report = vi.fn<(error: unknown) => void>();
    vi.stubGlobal('reportError', report);
    const streams = fakeStreams();
    const broken = new Error('The page has a mistake.');
    const heard: StreamEntry[] = [];
    const at = await mount(
      streams.client,
      <>
        <Probe
          onEvent={() => {
            throw broken;
          }}
        />
        <Probe onEvent={(entry) => heard.push(entry)} />
      </>,
    );
    await act(() => streams.last.send(token(1, 'a'), token(2, 'b')));
    await frame();
    expect(at.text).toBe('abab');
    expect(heard).toHaveLength(2);
    expect(report.mock.calls).toEqual([[broken], [broken]]);
    expect(streams.open).toHaveLength(1);
    await at.unmount();
  });

  test('E10: an unreadable event is reported to the provider, with a console warning unless it listens', async () => {
    const problem = { kind: 'malformed', id: idOf(1), message: 'It could not be read.' } as const;
    const streams = fakeStreams();
    const onProblem = vi.fn<(heard: unknown) => void>();
    const at = await mount(streams.client, <Probe />, { onProblem });
    streams.last.problem(problem);
    expect(onProblem.mock.calls).toEqual([[problem]]);
    await at.unmount();
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const silent = await mount(streams.client, <Probe />);
    streams.last.problem(problem);
    expect(warn.mock.calls[0]?.[0]).toContain('It could not be read.');
    warn.mockRestore();
    await silent.unmount();
  });
});

describe('reconnect', () => {
  test('E7: after it has given up, it connects again after its cursor', async () => {
    const streams = fakeStreams();
    const seen = new Seen();
    const at = await mount(streams.client, <Probe seen={seen} />);
    await act(() => streams.last.send(token(1, 'a')));
    await act(() => streams.last.fail(lost));
    await frame();
    expect(seen.stream.error).toBe(lost);
    await act(async () => seen.stream.reconnect());
    await frame();
    expect(seen.stream).toMatchObject({ error: null, connection: { state: 'connecting' } });
    expect(streams.last.after).toBe(idOf(1));
    await act(() => streams.last.send(token(2, 'b')));
    await frame();
    expect(at.text).toBe('ab');
    await at.unmount();
  });

  test('while connected it opens a new connection, and ignores further events of the old one', async () => {
    const streams = fakeStreams();
    const seen = new Seen();
    const heard: StreamEntry[] = [];
    const at = await mount(
      streams.client,
      <Probe seen={seen} onEvent={(entry) => heard.push(entry)} />,
    );
    const old = streams.last;
    await act(async () => {
      const sent = old.send(token(1, 'a'));
      seen.stream.reconnect();
      await sent;
    });
    expect(streams.open).toEqual([streams.last]);
    expect(streams.last).not.toBe(old);
    await act(() => streams.last.send(token(1, 'a'), token(2, 'b')));
    await frame();
    expect(at.text).toBe('ab');
    expect(heard.map(({ id }) => id)).toEqual([idOf(1), idOf(2)]);
    await at.unmount();
  });

  test('after the end there is nothing to connect to', async () => {
    const streams = fakeStreams();
    const seen = new Seen();
    const at = await mount(streams.client, <Probe seen={seen} />);
    await act(() => streams.last.send(completed(1)));
    await act(async () => seen.stream.reconnect());
    await frame();
    expect(streams.all).toHaveLength(1);
    expect(seen.stream.connection).toEqual({ state: 'ended' });
    await at.unmount();
  });
});

test('a failed workflow is reported with its reason', async () => {
  const streams = fakeStreams();
  const onFailed = vi.fn<(workflow: WorkflowSnapshot) => void>();
  const at = await mount(streams.client, <Probe onFailed={onFailed} />);
  await act(() => streams.last.send(failed(1)));
  expect(onFailed.mock.calls.map(([workflow]) => workflow.error)).toEqual([failure]);
  await at.unmount();
});

test('without a provider the message says what is missing', async () => {
  const root = createRoot(document.createElement('div'), { onUncaughtError: () => {} });
  await expect(act(async () => root.render(<Probe />))).rejects.toThrow('RuntapeProvider');
});
