import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { createPackageFromTarballData } from '@arethetypeswrong/core';
import { launchBrowser, runCommand, spawnProcess, temporaryFolder } from '@runtape/e2e';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { checkTarball } from '../src/check-tarball.ts';
import { pack, type Tarball } from '../src/pack.ts';
import { publishedPackages } from '../src/published-packages.ts';
import { describeCreatedProjects } from './created-projects.ts';
import { importAll, makeConsumer, projects } from './make-consumer.ts';
import { bringToolchains, type Toolchains } from './toolchains.ts';

const COMMAND_MS = 300_000;
/** An event as the page shows it. */
const eventSchema = z.object({ id: z.string(), type: z.string(), data: z.unknown() });
const sourceMapSchema = z.object({ sources: z.array(z.string()) });

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let browser: Browser;
let consumer: string;
let tarballs: readonly Tarball[];
let toolchains: Toolchains;
let entries: readonly string[];

beforeAll(async () => {
  folder = await temporaryFolder();
  consumer = join(folder.path, 'consumer');
  tarballs = await pack(join(folder.path, 'tarballs'), () => {});
  toolchains = await bringToolchains();
  entries = await makeConsumer(consumer, tarballs);
  browser = await launchBrowser(inject('chromiumPath'));
});

afterAll(async () => {
  await browser.close();
  await folder[Symbol.asyncDispose]();
});

const fileOf = (name: string): string =>
  tarballs.find((tarball) => tarball.name === name)?.file ?? '';

describe.each(publishedPackages())('the tarball of $name', ({ name }) => {
  test('is right for publint and arethetypeswrong', async () => {
    expect(await checkTarball(fileOf(name))).toEqual([]);
  });

  test('has a license, a README and the sources of its source maps, but no tests', () => {
    const packed = createPackageFromTarballData(new Uint8Array(readFileSync(fileOf(name))));
    const files = packed.listFiles();
    const top = `/node_modules/${name}`;
    expect(files).toEqual(expect.arrayContaining([`${top}/LICENSE`, `${top}/README.md`]));
    const maps = files.filter((file) => file.endsWith('.map'));
    const sources = maps.flatMap((map) =>
      sourceMapSchema
        .parse(JSON.parse(packed.readFile(map)))
        .sources.map((source) => posix.join(dirname(map), source)),
    );
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.filter((source) => !files.includes(source))).toEqual([]);
    expect(files.filter((file) => /\.test\.|\/test\//.test(file))).toEqual([]);
  });
});

/** The lines of `wrong.tsx` that it marks, as `src/wrong.tsx:9`. */
const mistakes = (): readonly string[] =>
  readFileSync(join(consumer, 'src/wrong.tsx'), 'utf8')
    .split('\n')
    .flatMap((line, at) => (/\/[/*] wrong: /.test(line) ? [`src/wrong.tsx:${at + 1}`] : []));

/** What a compiler reports: the marked line where it is one, otherwise its words. */
function reportsOf(output: string): readonly string[] {
  const marked = mistakes();
  const reports = output
    .split('\n')
    .filter((line) => /^\S/.test(line))
    .map((line) => {
      const place = line.replace(/^(\S+)\((\d+),\d+\): error .*$/, '$1:$2');
      return marked.includes(place) ? place : line;
    });
  return [...new Set(reports)];
}

test('the consumer makes at least 30 mistakes', () => {
  expect(mistakes().length).toBeGreaterThanOrEqual(30);
});

describe.each(Object.entries(projects))('in a project of %s', (project, { versions, include }) => {
  test.concurrent.each(versions)(
    'TypeScript %s accepts every type, and refuses each mistake',
    async (version) => {
      const args = [toolchains.compilers[version] ?? '', '--project', `tsconfig.${project}.json`];
      const options = { cwd: consumer, env: process.env, timeout: COMMAND_MS };
      const { output } = await runCommand(process.execPath, args, options);
      expect(reportsOf(output)).toEqual(include[0] === 'src' ? mistakes() : []);
    },
  );
});

describe.each(['22', '24'])('on Node %s', (version) => {
  const node = (): string => toolchains.nodes[version] ?? '';

  test.concurrent('every entry point is imported', async () => {
    expect(entries.length).toBeGreaterThan(publishedPackages().length);
    const args = ['--input-type=module', '--eval', importAll(entries)];
    const options = { cwd: consumer, env: process.env, timeout: COMMAND_MS };
    const { ok, output } = await runCommand(node(), args, options);
    expect(output).not.toMatch(/Error/);
    expect(ok).toBe(true);
  });

  test.concurrent.each(['SQLite', 'Redis'])(
    'a browser follows a workflow, kept in %s, whose worker is killed',
    async (store) => {
      const env =
        store === 'Redis'
          ? { REDIS_URL: inject('redisUrl'), KEY_PREFIX: `packages-${version}:` }
          : { SQLITE_FILE: join(folder.path, `node-${version}.db`) };
      const start = (program: string) =>
        spawnProcess(node(), [`src/${program}.ts`], { cwd: consumer, env });

      await using server = start('server');
      const [, port] = await server.waitForLine(/"port":(\d+)/);
      await using page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (said) => errors.push(said.text()));
      await page.goto(`http://127.0.0.1:${port}/`);

      await using killed = start('worker');
      await page.locator('li', { hasText: /step:completed.*number-4/ }).waitFor();
      killed.kill('SIGKILL');
      await killed.exited;
      await using next = start('worker');
      await page.locator('output', { hasText: '6 5 4 3 2 1' }).waitFor();

      const items = await page.locator('li').allTextContents();
      const events = items.map((item) => eventSchema.parse(JSON.parse(item)));
      expect(events.at(-1)).toMatchObject({ data: { result: { text: '6 5 4 3 2 1 ' } } });
      // None is lost, and none comes twice.
      expect(events.map(({ id }) => Number(id.split('-').at(-1)))).toEqual(
        events.map((_, at) => at + 1),
      );
      expect(
        events.filter(({ type }) => type === 'counted').map(({ data }) => data),
      ).toContainEqual({ left: 6 });
      // Kept steps are not run again.
      expect(events.filter(({ type }) => type === 'step:completed')).toHaveLength(6);
      expect(errors).toEqual([]);
      expect(next.stderr + server.stderr).not.toMatch(/Error/);
    },
  );
});

describe('npm create runtape', () => {
  describeCreatedProjects(() => ({
    folder: folder.path,
    tarballs,
    node22: toolchains.nodes['22'] ?? '',
  }));
});
