import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createGithubClient } from '@runtape/github-workflows/client';
import { temporaryFolder } from '@runtape/e2e';
import type { EventLog } from '@runtape/event-log';
import { readServerEnv } from '@runtape/server-app/env';
import { startServer } from '@runtape/server-app/start-server';
import { openStore } from '@runtape/worker/open-store';
import { expect, test } from 'vitest';
import { commands } from '../src/verify/checks/commands.ts';
import { runChecks } from '../src/verify/run-checks.ts';

/** Binds a method to its object. */
const bound = (method: Function, owner: object): unknown =>
  Function.prototype.bind.call(method, owner);

test('C9: a worker that releases a paused workflow only after its resume passes', async () => {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const env = readServerEnv({
    RUNTAPE_DB: join(folder.path, 'db'),
    RUNTAPE_CACHE: join(folder.path, 'cache'),
    // The draft takes minutes.
    DEMO_TOKENS_PER_SECOND: '1',
    WORKERS: '1',
  });
  const released = Promise.withResolvers<void>();
  const store = await openStore(env, () => undefined);
  const release: EventLog['release'] = async (workflowId, attempt) => {
    if (attempt.attempt === 1) await released.promise;
    await store.log.release(workflowId, attempt);
  };
  const log = new Proxy(store.log, {
    get: (real, name): unknown => {
      if (name === 'release') return release;
      const value: unknown = Reflect.get(real, name, real);
      return typeof value === 'function' ? bound(value, real) : value;
    },
  });
  const server = await startServer({
    env: { ...env, PORT: 0 },
    store: { ...store, log, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() },
    onError: () => undefined,
    onWarning: () => undefined,
  });
  stack.defer(() => server.stop({ graceMs: 0 }));
  const requests: string[] = [];
  const client = createGithubClient({ url: server.url });
  const [result] = await runChecks({
    url: server.url,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      requests.push(new URL(new Request(input).url).pathname.split('/').at(-1) ?? '');
      const resumes = requests.filter((name) => name === 'resume').length;
      // Released by the first request after the first resume.
      if (resumes > 1 || (resumes === 1 && requests.at(-1) !== 'resume')) released.resolve();
      return response;
    },
    client,
    checks: [commands],
    runId: randomUUID(),
    heartbeatSeconds: 1,
    timeoutSeconds: 240,
    signal: new AbortController().signal,
    onResult: () => undefined,
  });
  await client.close();
  expect(result).toMatchObject({ check: 'commands', outcome: 'passed' });
});
