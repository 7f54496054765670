import type { AppRouter } from '@runtape/contract';
import { createTRPCUntypedClient, httpSubscriptionLink } from '@trpc/client';
import superjson from 'superjson';
import { z } from 'zod';

const trackedSchema = z.object({ id: z.string(), data: z.unknown() });
const messageSchema = z.object({ lastEventId: z.string(), data: z.string() });
const errorSchema = z.object({ data: z.object({ code: z.string() }).nullish() }).nullish();
const codeOf = (error: unknown): string | null => errorSchema.parse(error)?.data?.code ?? null;

/** What a client asks for. */
export type Asked =
  /** A subscription over tRPC. */
  | {
      readonly by: 'trpc';
      readonly procedure: 'onWorkflowEvents' | 'onThreadEvents';
      /** As it is sent, whether it fits or not. */
      readonly input: object;
    }
  /** An EventSource. */
  | { readonly by: 'EventSource'; readonly path: string; readonly events: readonly string[] }
  /** A stream that is the answer to a POST. */
  | { readonly by: 'POST'; readonly path: string; readonly body: object };

/** What a client hears, all of it data that a browser can tell a test. */
export type Heard =
  | { readonly kind: 'event'; readonly event: string; readonly id: string; readonly data: unknown }
  | { readonly kind: 'state'; readonly state: string; readonly code: string | null }
  | { readonly kind: 'error'; readonly code: string | null; readonly message: string }
  | { readonly kind: 'ping' }
  | { readonly kind: 'end' };

/** What a client needs of where it runs. */
export interface Surroundings {
  readonly url: string;
  readonly Source: typeof EventSource;
  readonly hear: (heard: Heard) => void;
}

/**
 * A stream as somebody reads it who knows tRPC, superjson and the web platform, and nothing of
 * ours. Runs in Node and in browsers.
 * @returns leaves it.
 */
export function openStream(asked: Asked, surroundings: Surroundings): () => void {
  switch (asked.by) {
    case 'trpc':
      return subscribe(asked, surroundings);
    case 'EventSource':
      return listen(asked, surroundings);
    case 'POST':
      return post(asked, surroundings);
  }
}

function subscribe(
  { procedure, input }: Extract<Asked, { by: 'trpc' }>,
  { url, Source, hear }: Surroundings,
): () => void {
  class Pinged extends Source {
    constructor(...given: ConstructorParameters<typeof EventSource>) {
      super(...given);
      this.addEventListener('ping', () => hear({ kind: 'ping' }));
    }
  }
  const link = httpSubscriptionLink({
    url: `${url}/trpc`,
    transformer: superjson,
    EventSource: Pinged,
  });
  // Without types, as a test may send what no typed client could.
  const client = createTRPCUntypedClient<AppRouter>({ links: [link] });
  const subscription = client.subscription(procedure, input, {
    onData: (value) => hear({ kind: 'event', event: 'message', ...trackedSchema.parse(value) }),
    onConnectionStateChange: ({ state, error }) =>
      hear({ kind: 'state', state, code: codeOf(error) }),
    onError: (error) => hear({ kind: 'error', code: codeOf(error), message: error.message }),
    onComplete: () => hear({ kind: 'end' }),
  });
  return () => subscription.unsubscribe();
}

function listen(
  { path, events }: Extract<Asked, { by: 'EventSource' }>,
  { url, Source, hear }: Surroundings,
): () => void {
  const source = new Source(`${url}${path}`);
  for (const event of events) {
    source.addEventListener(event, (message) => {
      const { lastEventId, data } = messageSchema.parse(message);
      hear({ kind: 'event', event, id: lastEventId, data: JSON.parse(data) });
    });
  }
  source.addEventListener('error', () => {
    if (source.readyState === Source.CLOSED) hear({ kind: 'end' });
  });
  return () => source.close();
}

function post(
  { path, body }: Extract<Asked, { by: 'POST' }>,
  { url, hear }: Surroundings,
): () => void {
  const left = new AbortController();
  const read = async (): Promise<void> => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
      body: JSON.stringify(body),
      signal: left.signal,
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
      for (const frame of frames) hearFrame(frame);
    }
    hear({ kind: 'end' });
  };
  const hearFrame = (frame: string): void => {
    if (frame.startsWith(':')) hear({ kind: 'ping' });
    const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(frame) ?? [];
    if (event === undefined || data === undefined) return;
    hear({ kind: 'event', event, id: '', data: JSON.parse(data) });
  };
  read().catch((error: unknown) => {
    if (!left.signal.aborted) hear({ kind: 'error', code: null, message: String(error) });
  });
  return () => left.abort();
}
