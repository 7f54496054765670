import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { createGithubClient } from '@runtape/github-workflows/client';
import { freePort, spawnServer, startServerProcess, temporaryFolder } from '@runtape/e2e';
import { samples } from '@runtape/github-workflows';
import { describe, expect, test } from 'vitest';

const sample = { kind: 'sample', name: samples[0]?.name ?? '' } as const;
const fast = { DEMO_TOKENS_PER_SECOND: '5000' };

describe('starting', () => {
  test('F8: without configuration it serves the page and the API', async () => {
    await using folder = await temporaryFolder();
    await using server = await startServerProcess({ RUNTAPE_DB: join(folder.path, 'db') });
    const page = await fetch(`${server.url}/workflows/anything`);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(await page.text()).toContain('<div id="root">');
    expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
    expect((await fetch(`${server.url}/assets/gone.js`)).status).toBe(404);
  });

  test('a PORT that is taken gives a clear error and exit code 1', async () => {
    await using folder = await temporaryFolder();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    await using server = spawnServer({ RUNTAPE_DB: join(folder.path, 'db'), PORT: port });
    expect((await server.exited).code).toBe(1);
    expect(server.stderr).toContain(`Port ${port} is taken by another program.`);
    expect(server.stdout).toBe('');
    other.close();
  });

  test('invalid values stop the start with a list of them and exit code 2', async () => {
    await using server = spawnServer({ PORT: 'x', RETENTION_DAYS: '-1', LOG_LEVEL: 'loud' });
    expect((await server.exited).code).toBe(2);
    expect(server.stderr).toMatch(/PORT: .*\n.*RETENTION_DAYS: .*\n.*LOG_LEVEL: /);
  });

  test('a store that is not a database gives an error and exit code 1, and the file is left unchanged', async () => {
    await using server = spawnServer({ RUNTAPE_DB: import.meta.filename });
    expect((await server.exited).code).toBe(1);
    expect(server.stderr).toMatch(/is damaged: it is not an SQLite database/);
    expect(server.stderr).not.toContain('    at ');
  });
});

test('A11: behind a proxy folders of this machine are refused', async () => {
  await using folder = await temporaryFolder();
  await using server = await startServerProcess({
    RUNTAPE_DB: join(folder.path, 'db'),
    ALLOWED_HOSTS: 'runtape.example',
  });
  const client = createGithubClient(server);
  const target = { kind: 'local', issue: '# It breaks', path: folder.path } as const;
  await expect(client.startComment({ target })).rejects.toMatchObject({
    kind: 'refused',
    code: 'local_not_allowed',
  });
  await client.close();
});

describe('stopping', () => {
  test('Ctrl-C ends everything it started, including streams', async () => {
    await using folder = await temporaryFolder();
    await using server = await startServerProcess({
      RUNTAPE_DB: join(folder.path, 'db'),
      DEMO_TOKENS_PER_SECOND: '5',
    });
    const { workflowId } = await createGithubClient(server).startComment({ target: sample });
    const stream = await fetch(`${server.url}/api/workflows/${workflowId}/events`);
    expect(stream.status).toBe(200);
    server.process.killGroup('SIGINT');
    expect(await server.process.exited).toEqual({ code: 0, signal: null });
    expect(await server.process.isRunning()).toBe(false);
    await stream.body?.cancel().catch(() => undefined);
  });

  test('a workflow that ended is still there after a restart', async () => {
    await using folder = await temporaryFolder();
    const env = { ...fast, RUNTAPE_DB: join(folder.path, 'db') };
    const first = await startServerProcess(env);
    const client = createGithubClient(first);
    const { workflowId } = await client.startComment({ target: sample });
    for await (const entry of client.follow(workflowId)) expect(entry.id).toBeTruthy();
    await client.close();
    first.process.kill('SIGTERM');
    expect((await first.process.exited).code).toBe(0);

    await using second = await startServerProcess(env);
    const again = createGithubClient(second);
    const { workflows } = await again.listWorkflows({});
    expect(workflows).toMatchObject([{ workflowId, status: 'completed' }]);
    await again.close();
  });
});

describe('A3, B4, F1: kill -9', () => {
  test('a watching client continues after the server was killed and restarted', async () => {
    await using folder = await temporaryFolder();
    const env = {
      RUNTAPE_DB: join(folder.path, 'db'),
      PORT: String(await freePort()),
      DEMO_TOKENS_PER_SECOND: '20',
      LEASE_SECONDS: '3',
    };
    const first = await startServerProcess(env);
    const client = createGithubClient({ url: first.url, retry: { baseMs: 50, maxMs: 200 } });
    const { workflowId } = await client.startComment({ target: sample });
    const seen: string[] = [];
    let second: Awaited<ReturnType<typeof startServerProcess>> | undefined;
    for await (const { id, message } of client.follow(workflowId)) {
      seen.push(id);
      if (second === undefined && message.type === 'token') {
        first.process.kill('SIGKILL');
        await first.process.exited;
        second = await startServerProcess({ ...env, DEMO_TOKENS_PER_SECOND: '5000' });
      }
    }
    expect(new Set(seen).size).toBe(seen.length);
    const { snapshot } = await client.getWorkflow(workflowId);
    expect(snapshot.status).toBe('completed');
    expect(snapshot.attempt).toBeGreaterThan(1);
    await client.close();
    await second?.process[Symbol.asyncDispose]();
  });
});
