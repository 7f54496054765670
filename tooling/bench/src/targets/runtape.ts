import { join } from 'node:path';
import { readServerEnv } from '@runtape/server-app/env';
import { startServer } from '@runtape/server-app/start-server';
import { makeEvent, makeToken } from '@runtape/testing';
import { openStore, type Store } from '@runtape/worker/open-store';
import { eventOf, getRequest, trpcInput, type LiveServer, type Settings } from './live-server.ts';
import { writeWorkflow } from './write-workflow.ts';

const MANY = '1000000';
/** The thread of the watched workflow. */
const THREAD_ID = 'bench';

/** Builds a watcher's request to our server for a workflow. */
type Surface = (workflowId: string) => string;

export const plainSse: Surface = (workflowId) => getRequest(`/api/workflows/${workflowId}/events`);

export const plainSseSnapshot: Surface = (workflowId) =>
  getRequest(`/api/workflows/${workflowId}/events?replay=snapshot`);

export const plainSseGzip: Surface = (workflowId) =>
  getRequest(`/api/workflows/${workflowId}/events`, { 'Accept-Encoding': 'gzip' });

/** The request of `httpSubscriptionLink`. */
export const onWorkflowEvents: Surface = (workflowId) =>
  getRequest(`/trpc/onWorkflowEvents?input=${trpcInput({ workflowId })}`);

/** The thread that contains all events, in place of a workflow. */
export const onThreadEvents: Surface = () =>
  getRequest(`/trpc/onThreadEvents?input=${trpcInput({ threadId: THREAD_ID })}`);

export const sharedStream: Surface = (workflowId) => {
  const body = JSON.stringify({ streams: [{ workflowId, after: null }] });
  const headers = [
    'Host: 127.0.0.1',
    'Accept: text/event-stream',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  return `POST /api/events HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${body}`;
};

/**
 * The server as `pnpm start` runs it, without workers and page. The process itself appends events
 * to its store, as embedded workers do.
 */
export async function startRuntape(
  { events, workflowIds, ...settings }: Settings,
  surface: Surface,
): Promise<LiveServer> {
  const {
    port,
    store: { log },
  } = await startRuntapeServer(settings);
  const workflow = await writeWorkflow(log, surface === onThreadEvents ? THREAD_ID : undefined);
  return {
    port,
    requests: (workflowIds ?? [workflow.workflowId]).map((id) => surface(id)),
    publish: (numbers) =>
      workflow.append(
        ...numbers.map((number) => {
          const { type, data } = eventOf(number, events);
          return type === 'status' ? makeEvent('status', data) : makeToken(data.content);
        }),
      ),
  };
}

/** The same server without a workflow to watch, and its store. */
export async function startRuntapeServer(
  { redisUrl, folder, heartbeatMs }: Omit<Settings, 'events'>,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly port: number; readonly store: Store }> {
  const settings = readServerEnv({
    WORKERS: '0',
    MAX_STREAMS_PER_USER: MANY,
    STREAM_ATTEMPTS_PER_MINUTE: MANY,
    ...(heartbeatMs !== undefined && { HEARTBEAT_SECONDS: String(heartbeatMs / 1000) }),
    RUNTAPE_CACHE: join(folder, 'cache'),
    ...(redisUrl === undefined
      ? { RUNTAPE_DB: join(folder, `${process.pid}.db`) }
      : { REDIS_URL: redisUrl }),
    ...env,
  });
  const store = await openStore(settings, console.error);
  const server = await startServer({
    // 0 lets the system choose a port, which the setting does not allow.
    env: { ...settings, PORT: 0 },
    store,
    sweep: false,
    onError: console.error,
    onWarning: console.error,
  });
  return { port: Number(new URL(server.url).port), store };
}
