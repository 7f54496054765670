import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, launchBrowser, spawnProcess, temporaryFolder } from '@runtape/e2e';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { root } from '../src/paths.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let env: Record<string, string>;
let url: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  env = { STORE: join(folder.path, 'runtape.db'), PORT: String(port), URL: url };
});

afterEach(() => folder[Symbol.asyncDispose]());

/** Runs a command of an example's README. */
function run(example: string, shown: string) {
  const cwd = join(root, 'examples', example);
  expect(readFileSync(join(cwd, 'README.md'), 'utf8')).toContain(`\`\`\`sh\n${shown}\n\`\`\``);
  const [program, ...args] = shown.split(' ');
  // npm would look for a package manager; its script calls this program.
  const command = program === 'npm' ? [join(cwd, 'node_modules/vite/bin/vite.js')] : args;
  return spawnProcess(process.execPath, command, { cwd, env });
}

const startedSchema = z.object({ workflowId: z.string() });

async function startCountdown(): Promise<string> {
  const response = await fetch(`${url}/runtape/api/workflows`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"workflow":"countdown","input":{"from":5}}',
  });
  expect(response.status).toBe(201);
  return startedSchema.parse(await response.json()).workflowId;
}

describe.each(['hono', 'express'])('examples/%s', (example) => {
  test('serves workflows below a path of a server with other routes', async () => {
    await using server = run(example, 'node server.ts');
    await server.waitForLine(/Ready/);
    expect(await (await fetch(url)).text()).toBe('Workflows are at /runtape.');
    const workflowId = await startCountdown();
    const events = await fetch(`${url}/runtape/api/workflows/${workflowId}/events`);
    const text = await events.text();
    expect(text.match(/^event: counted$/gm)).toHaveLength(5);
    expect(text).toMatch(/^event: workflow:completed$/m);
  });
});

test('examples/own-workflow prints its own events and the summary', async () => {
  await using server = run('own-workflow', 'node server.ts');
  await server.waitForLine(/Ready/);
  await using client = run('own-workflow', 'node client.ts');
  await client.waitForLine(/^2 words: It rains\.$/);
  await client.waitForLine(/^3 sentences\. The first: It rains\.$/);
  expect(await client.exited).toMatchObject({ code: 0 });
});

test('examples/vanilla-trpc mounts Runtape beside procedures of its own', async () => {
  await using server = run('vanilla-trpc', 'node server.ts');
  await server.waitForLine(/Ready/);
  await using client = run('vanilla-trpc', 'node client.ts');
  await client.waitForLine(/^Version 1\.0$/);
  await client.waitForLine(/^workflow:completed$/);
  expect(await client.exited).toMatchObject({ code: 0 });
});

test('examples/node-script runs and follows a workflow in one process', async () => {
  await using script = run('node-script', 'node script.ts');
  await script.waitForLine(/^LIVE LATE AGAIN/);
  await script.waitForLine(/^The result: LIVE LATE AGAIN/);
  expect(await script.exited).toMatchObject({ code: 0 });
});

test('examples/ai-sdk streams the text of streamText', async () => {
  await using script = run('ai-sdk', 'node script.ts');
  await script.waitForLine(/^A tape is the log of a workflow/);
  await script.waitForLine(/^The answer has 53 characters/);
  expect(await script.exited).toMatchObject({ code: 0 });
});

test('examples/react-vite shows a workflow that goes on after a reload', async () => {
  await using server = run('react-vite', 'npm run dev');
  await server.waitForLine(/Local:/);
  await using browser = await launchBrowser(inject('chromiumPath'));
  const page = await browser.newPage();
  await page.goto(url.replace('127.0.0.1', 'localhost'));
  await page.getByRole('button', { name: 'Count down' }).click();
  await page.getByText('"left"').waitFor();
  await page.reload();
  await page.getByText('Lift-off').waitFor();
  expect(new URL(page.url()).hash).toMatch(/^#wf_/);
});

test('examples/own-workflow is as short as its README promises', () => {
  const lines = (file: string) =>
    readFileSync(join(root, 'examples/own-workflow', file), 'utf8')
      .trimEnd()
      .split('\n').length;
  expect(lines('workflow.ts')).toBeLessThanOrEqual(25);
  const all = ['workflow.ts', 'server.ts', 'client.ts', 'summary.tsx'].map(lines);
  expect(all.reduce((sum, count) => sum + count)).toBeLessThan(60);
});
