import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, launchBrowser, runCommand, spawnProcess } from '@runtape/e2e';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import type { Tarball } from '../src/pack.ts';
import { readEvents, takeUntil } from './read-events.ts';
import { npmInstall } from './toolchains.ts';

const COMMAND_MS = 300_000;
const startedSchema = z.object({ workflowId: z.string() });
const manifestSchema = z.looseObject({ dependencies: z.record(z.string(), z.string()) });

/** What the tests of created projects need. It is there once `beforeAll` has run. */
export interface Packed {
  /** The folder in which projects are made. */
  readonly folder: string;
  readonly tarballs: readonly Tarball[];
  /** The path of Node 22. */
  readonly node22: string;
}

const fileDependencies = (given: readonly Tarball[]): Record<string, string> =>
  Object.fromEntries(given.map(({ name, file }) => [name, `file:${file}`]));

/** Makes a project with the packed command, and installs it as its user would. */
async function makeProject(template: string, { folder, tarballs }: Packed): Promise<string> {
  const path = join(folder, template);
  const command = join(folder, 'npx/node_modules/.bin/create-runtape');
  await succeed(command, [template, '--template', template], folder);
  const file = join(path, 'package.json');
  const manifest = manifestSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  // Nothing of Runtape is on npm with the version that is tested.
  const dependencies = { ...manifest.dependencies, ...fileDependencies(tarballs) };
  await writeFile(file, JSON.stringify({ ...manifest, dependencies }));
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await succeed('npm', ['install', ...flags], path);
  return path;
}

async function succeed(command: string, args: readonly string[], cwd: string): Promise<void> {
  const result = await runCommand(command, args, { cwd, env: process.env, timeout: COMMAND_MS });
  expect(result.output).not.toMatch(/error TS/);
  if (!result.ok) throw new Error(`${command} ${args.join(' ')} failed: ${result.output}`);
}

async function start(url: string): Promise<string> {
  const response = await fetch(`${url}/runtape/api/workflows`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ workflow: 'tellStory', input: { about: 'the sea' } }),
  });
  expect(response.status).toBe(201);
  const { workflowId } = startedSchema.parse(await response.json());
  expect(response.headers.get('location')).toBe(`/runtape/api/workflows/${workflowId}`);
  return workflowId;
}

const eventsOf = async (url: string, workflowId: string) =>
  readEvents(await fetch(`${url}/runtape/api/workflows/${workflowId}/events`));

/** Describes the projects that `npm create runtape` makes: each is made, installed and run. */
export function describeCreatedProjects(packed: () => Packed): void {
  beforeAll(async () => {
    const { folder, tarballs } = packed();
    const creator = tarballs.filter(({ name }) => name === 'create-runtape');
    await npmInstall(join(folder, 'npx'), fileDependencies(creator));
  });

  describe.each(['hono', 'express'])('a project of the template %s', (template) => {
    let path: string;

    beforeAll(async () => {
      path = await makeProject(template, packed());
    });

    const serve = (node: string) =>
      spawnProcess(
        node,
        ['--experimental-strip-types', '--disable-warning=ExperimentalWarning', 'app.ts'],
        { cwd: path, env: { PORT: '0' } },
      );

    test('compiles', async () => {
      await expect(succeed('npm', ['run', 'check'], path)).resolves.toBeUndefined();
    });

    test.each(['22', '24'])('streams on Node %s, and survives a kill -9', async (version) => {
      const node = version === '22' ? packed().node22 : process.execPath;
      await using killed = serve(node);
      const [, url = ''] = await killed.waitForLine(/^Open (http:\S+)$/);
      const workflowId = await start(url);
      const events = await eventsOf(url, workflowId);
      const before = await takeUntil(events, ({ type }) => type === 'token');
      expect(before.map(({ type }) => type)).toContain('titled');
      killed.kill('SIGKILL');
      await killed.exited;

      await using next = serve(node);
      const [, nextUrl = ''] = await next.waitForLine(/^Open (http:\S+)$/);
      const all = await takeUntil(
        await eventsOf(nextUrl, workflowId),
        ({ type }) => type === 'workflow:completed',
      );
      expect(all.at(-1)).toMatchObject({
        data: { result: { story: expect.stringMatching(/^Once, the sea .* lost\. $/) } },
      });
      // The kept step was not run again.
      expect(all.filter(({ type }) => type === 'step:completed')).toHaveLength(2);
      expect(`${killed.stderr}${next.stderr}`).toBe('');
      next.kill('SIGTERM');
      expect(await next.exited).toMatchObject({ code: 0 });
    });

    test('has a page that shows the story as it is written', async () => {
      await using server = serve(process.execPath);
      const [, url = ''] = await server.waitForLine(/^Open (http:\S+)$/);
      await using browser = await launchBrowser(inject('chromiumPath'));
      const page = await browser.newPage();
      await page.goto(url);
      await page.getByRole('button', { name: 'Tell' }).click();
      await page.getByText('Once, the lighthouse').waitFor();
      await page.getByText('nothing was ever lost.').waitFor();
      expect(await page.getByRole('heading').textContent()).toBe('The keeper of the lighthouse');
    });
  });

  describe('a project of the template next', () => {
    test('is built, streams, and has a page that shows the story as it is written', async () => {
      const path = await makeProject('next', packed());
      await succeed('npm', ['run', 'build'], path);
      const port = await freePort();
      const next = join(path, 'node_modules/next/dist/bin/next');
      const args = [next, 'start', '--port', `${port}`, '--hostname', '127.0.0.1'];
      await using server = spawnProcess(process.execPath, args, { cwd: path });
      await server.waitForLine(/Ready in/);
      const url = `http://127.0.0.1:${port}`;
      const workflowId = await start(url);
      const events = await eventsOf(url, workflowId);
      await takeUntil(events, ({ type }) => type === 'token');
      const rest = await takeUntil(events, ({ type }) => type === 'workflow:completed');
      expect(rest.length).toBeGreaterThan(5);

      await using browser = await launchBrowser(inject('chromiumPath'));
      const page = await browser.newPage();
      await page.goto(url);
      await page.getByRole('button', { name: 'Tell' }).click();
      await page.getByText('Once, the lighthouse').waitFor();
      await page.getByText('nothing was ever lost.').waitFor();
      expect(await page.getByRole('heading').textContent()).toBe('The keeper of the lighthouse');
    });
  });
}
