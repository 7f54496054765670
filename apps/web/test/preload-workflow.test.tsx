import {
  type ConnectionState,
  createRuntapeClient,
  type FollowOptions,
  type RuntapeClient,
} from '@runtape/client';
import { formatEventId, type StreamEntry } from '@runtape/events';
import { makeEvent } from '@runtape/testing';
import { initialState } from '@runtape/workflow-state';
import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { removeData } from '../src/session/use-session.ts';
import {
  fromPreloaded,
  preloadWorkflow,
  takePreloadedTape,
} from '../src/workflow/preload-workflow.ts';

const WORKFLOW_ID = 'wf_0123456789abcdef';
const idOf = (seq: number) => formatEventId({ incarnation: 'k3v9x2ab', seq });

/** A page whose server has a workflow of this many events and records the requests. */
function setUp(events: number, { status = 'running', fails = false } = {}) {
  const asked: string[] = [];
  const snapshot = { ...initialState(WORKFLOW_ID), cursor: idOf(events), status };
  const base = createRuntapeClient({
    url: 'http://localhost',
    fetch: async (input) => {
      const { url } = new Request(input);
      const procedure = /trpc\/([\w.]+)/.exec(url)?.[1] ?? '';
      asked.push(procedure);
      if (fails) return new Response('{}', { status: 500 });
      const json = procedure === 'workflow.get' ? { snapshot, createdAt: 0 } : { tape: 'a tape' };
      return Response.json({ result: { data: { json } } });
    },
  });
  const live: StreamEntry = {
    id: idOf(events + 1),
    message: makeEvent('status', { stage: 's', message: 'm' }),
  };
  const runtape: RuntapeClient = {
    ...base,
    follow: async function* follow(_, { after }: FollowOptions = {}) {
      asked.push(`follow ${after ?? 'from the first'}`);
      yield await Promise.resolve(live);
    },
  };
  const queryClient = new QueryClient();
  const client = fromPreloaded(runtape, queryClient);
  const follow = async (): Promise<readonly string[]> => {
    const entries: string[] = [];
    const onConnection = ({ state: word }: ConnectionState) => asked.push(word);
    for await (const { id, message } of client.follow(WORKFLOW_ID, {
      replay: 'snapshot',
      onConnection,
    })) {
      entries.push(`${message.type} ${id}`);
    }
    return entries;
  };
  return { asked, follow, runtape, queryClient, preload: { runtape, queryClient } };
}

const state = (seq: number) => `workflow:state ${idOf(seq)}`;
const status = (seq: number) => `status ${idOf(seq)}`;

test('E8: a preloaded workflow is followed from its snapshot, once', async () => {
  const { asked, follow, preload } = setUp(7);
  const preloading = preloadWorkflow(WORKFLOW_ID, preload);
  // Even while the response is pending.
  expect(await follow()).toEqual([state(7), status(8)]);
  await preloading;
  expect(asked).toEqual(['workflow.get', `follow ${idOf(7)}`]);
  expect(await follow()).toEqual([status(8)]);
  expect(asked.at(-1)).toBe('follow from the first');
});

test('E8: a preloaded workflow that has ended opens no stream', async () => {
  const { asked, follow, preload } = setUp(7, { status: 'completed' });
  await preloadWorkflow(WORKFLOW_ID, preload);
  expect(await follow()).toEqual([state(7)]);
  expect(asked).toEqual(['workflow.get', 'ended']);
});

test('E8: the tape of a long workflow is preloaded with it, and can be taken once', async () => {
  const long = setUp(2001);
  await preloadWorkflow(WORKFLOW_ID, long.preload);
  expect(long.asked).toEqual(['workflow.get', 'workflow.tape']);
  expect(await takePreloadedTape(long.queryClient, WORKFLOW_ID)).toEqual({ tape: 'a tape' });
  expect(await takePreloadedTape(long.queryClient, WORKFLOW_ID)).toBeNull();
  const short = setUp(2000);
  await preloadWorkflow(WORKFLOW_ID, short.preload);
  expect(short.asked).toEqual(['workflow.get']);
});

test('E8: when preloading fails, the page follows from the first event', async () => {
  const { asked, follow, preload } = setUp(7, { fails: true });
  await preloadWorkflow(WORKFLOW_ID, preload);
  expect(await follow()).toEqual([status(8)]);
  expect(asked).toEqual(['workflow.get', 'follow from the first']);
});

test('E17: preloaded data is dropped when another user signs in', async () => {
  const { asked, follow, preload, queryClient } = setUp(2001);
  await preloadWorkflow(WORKFLOW_ID, preload);
  removeData(queryClient);
  expect(await follow()).toEqual([status(2002)]);
  expect(asked.at(-1)).toBe('follow from the first');
  expect(await takePreloadedTape(queryClient, WORKFLOW_ID)).toBeNull();
});
