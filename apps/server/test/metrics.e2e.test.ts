import { join } from 'node:path';
import { createGithubClient } from '@runtape/github-workflows/client';
import { spawnRuntape, startServerProcess, temporaryFolder } from '@runtape/e2e';
import { samples } from '@runtape/github-workflows';
import { expect, test } from 'vitest';

const AUTH_SECRET = 'a secret of at least thirty-two characters';

test('E16: Prometheus reads streams, events and errors of a server', async () => {
  await using folder = await temporaryFolder();
  await using server = await startServerProcess({
    RUNTAPE_DB: join(folder.path, 'db'),
    DEMO_TOKENS_PER_SECOND: '5000',
  });
  const client = createGithubClient(server);
  const { workflowId } = await client.startComment({
    target: { kind: 'sample', name: samples[0]?.name ?? '' },
  });
  let events = 0;
  for await (const _ of client.follow(workflowId)) events += 1;

  const headers = { Accept: 'application/json' };
  await fetch(`${server.url}/api/workflows/${workflowId}/events`, { headers });
  const response = await fetch(`${server.url}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  await response.body?.cancel();
  const read = async () => await (await fetch(`${server.url}/metrics`)).text();
  // The client may receive the end just before the server counts it.
  const counted = 'runtape_streams_ended_total{surface="trpc",outcome="completed"} 1';
  await expect.poll(read).toContain(counted);
  const metrics = await read();
  expect(metrics).toContain('runtape_streams_open{surface="trpc"} 0');
  expect(metrics).toContain('runtape_server_errors_total 0');
  expect(metrics).toContain('runtape_workflows_started_total{workflow="commentOnIssue"} 1');
  expect(metrics).toContain(
    'runtape_workflows_ended_total{workflow="commentOnIssue",outcome="completed"} 1',
  );
  expect(metrics).toContain('runtape_polling_requests_total 1');
  for (const name of ['retries_total', 'stale_connections_ended_total']) {
    expect(metrics).toContain(`runtape_${name} 0`);
  }
  expect(metrics).toContain('# TYPE runtape_resets_total counter');
  const delivered = /^runtape_events_delivered_total\{surface="trpc"\} (\d+)$/m.exec(metrics);
  expect(Number(delivered?.[1])).toBe(events);
});

test('C8: with accounts, a user signs in with a token made by the command line', async () => {
  await using folder = await temporaryFolder();
  const env = { RUNTAPE_DB: join(folder.path, 'db'), AUTH_SECRET };
  await using server = await startServerProcess(env);
  const ann = await tokenOf(['ann'], env);
  const admin = await tokenOf(['root', '--all'], env);
  const metricsAs = async (token: string) =>
    (await fetch(`${server.url}/metrics`, { headers: { Authorization: `Bearer ${token}` } }))
      .status;

  expect(await metricsAs(ann)).toBe(401);
  expect(await metricsAs(admin)).toBe(200);
  const session = await fetch(`${server.url}/api/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token: ann }),
  });
  expect(await session.json()).toMatchObject({ signedIn: true, user: { id: 'ann' } });
});

async function tokenOf(args: readonly string[], env: Readonly<Record<string, string>>) {
  await using process = spawnRuntape(['token', ...args], env);
  expect((await process.exited).code).toBe(0);
  return process.stdout.trim();
}
