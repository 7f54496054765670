import { EventSource } from 'eventsource';
import type { OpenClient } from './contract-client.ts';
import { type Received, openStream } from './stream-client.ts';

/** Reads streams in this process, with the EventSource that Node programs install. */
export const inNode: OpenClient = async (url) => {
  let authorization: string | null = null;
  const leaving = new Set<() => void>();
  class Source extends EventSource {
    constructor(at: string | URL) {
      const fetchSignedIn: typeof fetch = async (input, init) => {
        const headers = new Headers(init?.headers);
        if (authorization !== null) headers.set('Authorization', authorization);
        return await fetch(input, { ...init, headers });
      };
      super(at, { fetch: fetchSignedIn });
    }
  }
  return {
    signIn: async (token) => {
      authorization = `Bearer ${token}`;
    },
    open: async (request) => {
      const received: Received[] = [];
      const leave = openStream(request, { url, Source, onReceived: (one) => received.push(one) });
      leaving.add(leave);
      return { received, leave: async () => leave() };
    },
    [Symbol.asyncDispose]: async () => {
      for (const leave of leaving) leave();
    },
  };
};
