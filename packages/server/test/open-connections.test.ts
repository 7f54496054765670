import { TestLog } from '@runtape/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type SinkListener, takeStream } from '../src/index.ts';
import { startApi } from './start-api.ts';

const HEARTBEAT_MS = 8000;
/** The connections are checked eight times per heartbeat interval. */
const LATE_MS = 1000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function open(api: ReturnType<typeof startApi>, { workflowId }: TestLog) {
  const url = `http://127.0.0.1/api/workflows/${workflowId}/events`;
  const start = takeStream(await api.api.fetch(new Request(url)));
  const client = { text: '', isFull: false, heartbeats: () => 0 };
  client.heartbeats = () => client.text.split(': heartbeat\n\n').length - 1;
  const listener: SinkListener | undefined = start?.({
    write: (bytes) => {
      client.text += new TextDecoder().decode(bytes);
      return !client.isFull;
    },
    end: () => undefined,
  });
  await vi.waitFor(() => expect(api.fanOut.readerCount(workflowId)).toBeGreaterThan(0));
  for (let n = 0; n < 10; n += 1) await turn();
  return { ...listener, client, leave: () => listener?.closed() };
}

test('C5: there is one timer for all heartbeats, and none without connections', async () => {
  await using api = startApi({ heartbeatMs: HEARTBEAT_MS });
  const testLog = await TestLog.create(api.log);
  expect(vi.getTimerCount()).toBe(0);
  const opened = [await open(api, testLog), await open(api, testLog), await open(api, testLog)];
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(HEARTBEAT_MS + LATE_MS);
  expect(opened.map(({ client }) => client.heartbeats())).toEqual([1, 1, 1]);
  vi.advanceTimersByTime(3 * (HEARTBEAT_MS + LATE_MS));
  expect(opened.map(({ client }) => client.heartbeats())).toEqual([4, 4, 4]);
  for (const { leave } of opened) leave();
  expect(vi.getTimerCount()).toBe(0);
});

test('C5: a connection that receives events gets no heartbeats, and neither does one that reads nothing', async () => {
  await using api = startApi({ heartbeatMs: HEARTBEAT_MS });
  const [quiet, busy] = [await TestLog.create(api.log), await TestLog.create(api.log)];
  const silent = await open(api, quiet);
  const told = await open(api, busy);
  const full = await open(api, busy);
  full.client.isFull = true;
  for (let n = 0; n < 4; n += 1) {
    await busy.status(`step ${n}`);
    await turn();
    await turn();
    vi.advanceTimersByTime(HEARTBEAT_MS / 2);
  }
  expect(silent.client.heartbeats()).toBeGreaterThan(0);
  expect([told.client.heartbeats(), full.client.heartbeats()]).toEqual([0, 0]);
  expect(told.client.text).toContain('step 3');
  for (const { leave } of [silent, told, full]) leave();
});
