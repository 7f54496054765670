import type { AppRouter } from '@runtape/contract';
import { createTRPCUntypedClient, httpSubscriptionLink } from '@trpc/client';
import superjson from 'superjson';
import { z } from 'zod';

const trackedSchema = z.object({ id: z.string(), data: z.unknown() });
const messageSchema = z.object({ lastEventId: z.string(), data: z.string() });
const errorSchema = z.object({ data: z.object({ code: z.string() }).nullish() }).nullish();
const codeOf = (error: unknown): string | null => errorSchema.parse(error)?.data?.code ?? null;

export type StreamRequest =
  | {
      readonly by: 'trpc';
      readonly procedure: 'onWorkflowEvents' | 'onThreadEvents';
      /** Sent unchanged, valid or not. */
      readonly input: object;
    }
  | { readonly by: 'EventSource'; readonly path: string; readonly events: readonly string[] }
  | { readonly by: 'POST'; readonly path: string; readonly body: object };

/** What a client received, as JSON that a page can pass to a test. */
export type Received =
  | { readonly kind: 'event'; readonly event: string; readonly id: string; readonly data: unknown }
  | { readonly kind: 'state'; readonly state: string; readonly code: string | null }
  | { readonly kind: 'error'; readonly code: string | null; readonly message: string }
  | { readonly kind: 'ping' }
  | { readonly kind: 'end' };

/** What the client needs from Node or from the page. */
export interface StreamEnvironment {
  readonly url: string;
  readonly Source: typeof EventSource;
  readonly onReceived: (received: Received) => void;
}

/**
 * Reads a stream with tRPC, superjson and the web platform alone, in Node and in browsers.
 * @returns a function that closes the stream
 */
export function openStream(request: StreamRequest, environment: StreamEnvironment): () => void {
  switch (request.by) {
    case 'trpc':
      return subscribe(request, environment);
    case 'EventSource':
      return listen(request, environment);
    case 'POST':
      return post(request, environment);
  }
}

function subscribe(
  { procedure, input }: Extract<StreamRequest, { by: 'trpc' }>,
  { url, Source, onReceived }: StreamEnvironment,
): () => void {
  class Pinged extends Source {
    constructor(...args: ConstructorParameters<typeof EventSource>) {
      super(...args);
      this.addEventListener('ping', () => onReceived({ kind: 'ping' }));
    }
  }
  const link = httpSubscriptionLink({
    url: `${url}/trpc`,
    transformer: superjson,
    EventSource: Pinged,
  });
  // Untyped, as tests also send invalid input.
  const client = createTRPCUntypedClient<AppRouter>({ links: [link] });
  const subscription = client.subscription(procedure, input, {
    onData: (value) =>
      onReceived({ kind: 'event', event: 'message', ...trackedSchema.parse(value) }),
    onConnectionStateChange: ({ state, error }) =>
      onReceived({ kind: 'state', state, code: codeOf(error) }),
    onError: (error) => onReceived({ kind: 'error', code: codeOf(error), message: error.message }),
    onComplete: () => onReceived({ kind: 'end' }),
  });
  return () => subscription.unsubscribe();
}

function listen(
  { path, events }: Extract<StreamRequest, { by: 'EventSource' }>,
  { url, Source, onReceived }: StreamEnvironment,
): () => void {
  const source = new Source(`${url}${path}`);
  for (const event of events) {
    source.addEventListener(event, (message) => {
      const { lastEventId, data } = messageSchema.parse(message);
      onReceived({ kind: 'event', event, id: lastEventId, data: JSON.parse(data) });
    });
  }
  source.addEventListener('error', () => {
    if (source.readyState === Source.CLOSED) onReceived({ kind: 'end' });
  });
  return () => source.close();
}

function post(
  { path, body }: Extract<StreamRequest, { by: 'POST' }>,
  { url, onReceived }: StreamEnvironment,
): () => void {
  const closed = new AbortController();
  const read = async (): Promise<void> => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
      body: JSON.stringify(body),
      signal: closed.signal,
    });
    const decoder = new TextDecoder();
    const reader = response.body?.getReader();
    let rest = '';
    for (;;) {
      const { done = true, value } = (await reader?.read()) ?? {};
      if (done) break;
      rest += decoder.decode(value, { stream: true });
      const frames = rest.split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) receiveFrame(frame);
    }
    onReceived({ kind: 'end' });
  };
  const receiveFrame = (frame: string): void => {
    if (frame.startsWith(':')) onReceived({ kind: 'ping' });
    const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(frame) ?? [];
    if (event === undefined || data === undefined) return;
    onReceived({ kind: 'event', event, id: '', data: JSON.parse(data) });
  };
  read().catch((error: unknown) => {
    if (!closed.signal.aborted) onReceived({ kind: 'error', code: null, message: String(error) });
  });
  return () => closed.abort();
}
