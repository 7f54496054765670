import { createGithubClient } from '@runtape/github-workflows/client';
import { createSharedStreams } from '@runtape/client-tabs';
import { launchBrowser, spawnRuntape, startServerProcess, temporaryFolder } from '@runtape/e2e';
import { findNginx, startNginx } from '@runtape/nginx';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

const nginxPath = await findNginx().catch((error: unknown) => {
  process.stderr.write(`NOT TRIED: Runtape below a path. ${String(error)}\n`);
  return null;
});

const PATH = '/tools/runtape';

/** How nginx forwards requests below the path, and the setting that tells the server. */
const proxies = [
  { name: 'a proxy that takes the path off', slash: '/', env: {} },
  { name: 'a proxy that takes it off, and BASE_PATH', slash: '/', env: { BASE_PATH: PATH } },
  { name: 'a proxy that leaves it on, and BASE_PATH', slash: '', env: { BASE_PATH: `${PATH}/` } },
] as const;

async function startBelowPath({ slash, env }: (typeof proxies)[number]) {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const server = stack.use(
    await startServerProcess({
      RUNTAPE_DB: join(folder.path, 'db'),
      RUNTAPE_CACHE: join(folder.path, 'cache'),
      DEMO_TOKENS_PER_SECOND: '2000',
      ...env,
    }),
  );
  const nginx = stack.use(
    await startNginx({
      path: nginxPath ?? '',
      site: (listen) => `server {
        listen ${listen};
        location ${PATH}/ {
          proxy_pass ${server.url}${slash};
          proxy_set_header Host $http_host;
        }
      }`,
    }),
  );
  return {
    url: `${nginx.url}${PATH}`,
    folder: folder.path,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

describe.skipIf(nginxPath === null).each(proxies)('below a path, behind $name', (proxy) => {
  let started: Awaited<ReturnType<typeof startBelowPath>>;

  beforeAll(async () => {
    started = await startBelowPath(proxy);
  });

  afterAll(() => started[Symbol.asyncDispose]());

  test('I1: starting, watching and reloading a workflow works on the page, and so do its links', async () => {
    await using browser = await launchBrowser(inject('chromiumPath'));
    const context = await browser.newContext();
    const page = await context.newPage();
    const elsewhere: string[] = [];
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (response.status() >= 400 || !pathname.startsWith(PATH)) elsewhere.push(pathname);
    });
    await page.goto(`${started.url}/`);
    await page.getByText('Or try a sample').locator('..').getByRole('button').first().click();
    await page.waitForURL(`**${PATH}/workflows/wf_*`);
    const header = page.locator('header');
    await header.getByText('Completed', { exact: true }).first().waitFor();
    await page.reload();
    await header.getByText('Completed', { exact: true }).first().waitFor();
    await page.getByRole('link', { name: 'Ask', exact: true }).click();
    await page.waitForURL(`**${PATH}/ask`);
    await page.getByRole('link', { name: 'Statistics', exact: true }).click();
    await page.waitForURL(`**${PATH}/statistics`);
    await page.getByRole('link', { name: 'Workflows', exact: true }).click();
    await page.waitForURL(`**${PATH}/`);
    await page.goto(`${started.url}/api/docs`);
    await page.getByRole('link', { name: 'Runtape', exact: true }).click();
    await page.waitForURL(`**${PATH}/`);
    await page.goto(`${started.url}/docs/errors/unknown_workflow.md`);
    await page.getByRole('link', { name: 'Runtape', exact: true }).click();
    await page.waitForURL(`**${PATH}/`);
    expect(elsewhere).toEqual([]);
  });

  test.each([['a stream for itself'], ['shared streams']])(
    'I1: the client starts, lists and follows with %s, and so does the command line',
    async (way) => {
      const sharing = way === 'shared streams' ? createSharedStreams({ locks: null }) : undefined;
      const client = createGithubClient({ url: started.url, sharing });
      const { workflowId } = await client.startComment({
        target: { kind: 'sample', name: 'redis-restart' },
      });
      const types: string[] = [];
      for await (const { message } of client.follow(workflowId)) types.push(message.type);
      await client.close();
      expect(types.at(-1)).toBe('workflow:completed');
      const answer = await fetch(`${started.url}/api/workflows/${workflowId}`);
      expect(answer.status).toBe(200);
      await using followed = spawnRuntape(['follow', workflowId, '--url', started.url], {
        RUNTAPE_DB: join(started.folder, 'other'),
      });
      expect(await followed.exited).toMatchObject({ code: 0 });
    },
  );
});

test('I1: with BASE_PATH the server uses the path in its URLs, and redirects to the trailing slash that relative links need', async () => {
  await using folder = await temporaryFolder();
  await using server = await startServerProcess({
    RUNTAPE_DB: join(folder.path, 'db'),
    WORKERS: '0',
    BASE_PATH: PATH,
  });
  const without = await fetch(`${server.url}${PATH}`, { redirect: 'manual' });
  expect([without.status, without.headers.get('location')]).toEqual([308, `${PATH}/`]);
  const docs = await (await fetch(`${server.url}${PATH}/api/docs`)).text();
  expect(docs).toContain(`${server.url}${PATH}/api/workflows`);
  const started = await fetch(`${server.url}${PATH}/api/workflows`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      workflow: 'commentOnIssue',
      input: { target: { kind: 'sample', name: 'redis-restart' } },
    }),
  });
  const location = started.headers.get('location') ?? '';
  expect(location).toMatch(/^\/tools\/runtape\/api\/workflows\/wf_/);
  expect((await fetch(`${server.url}${location}`)).status).toBe(200);
  // Local health checks work without the path.
  expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
});
