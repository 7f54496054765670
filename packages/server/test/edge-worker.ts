import { createInProcessQueue, createWorkflowStarter } from '@runtape/engine';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { FanOut } from '@runtape/fan-out';
import { githubPlugin } from '@runtape/github-workflows/server';
import { TestLog } from '@runtape/testing/test-log';
import { createApi } from '../src/index.ts';

interface Binding {
  readonly RUNTAPE: {
    idFromName(name: string): unknown;
    get(id: unknown): { fetch(request: Request): Promise<Response> };
  };
}

/** The API as one object of an edge runtime, with a log to which a test writes over HTTP. */
export class Runtape {
  readonly #log = createMemoryEventLog({});
  readonly #fanOut = new FanOut({ log: this.#log });
  readonly #api = createApi({
    log: this.#log,
    fanOut: this.#fanOut,
    starter: createWorkflowStarter({ log: this.#log, queue: createInProcessQueue() }),
    plugins: [githubPlugin()],
  });
  #testLog: Promise<TestLog> | undefined;

  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    this.#testLog ??= TestLog.create(this.#log);
    const testLog = await this.#testLog;
    switch (pathname) {
      case '/tape':
        return Response.json({ workflowId: testLog.workflowId, tails: this.#fanOut.tailCount });
      case '/tape/status':
        await testLog.status(await request.text());
        return new Response(null, { status: 204 });
      case '/tape/complete':
        await testLog.complete();
        return new Response(null, { status: 204 });
      default:
        return await this.#api.fetch(request);
    }
  }
}

/** Forwards all requests to the one object. */
export const gateway = {
  fetch: async (request: Request, { RUNTAPE }: Binding): Promise<Response> =>
    await RUNTAPE.get(RUNTAPE.idFromName('one')).fetch(request),
};
