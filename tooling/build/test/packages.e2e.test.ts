import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { createPackageFromTarballData } from '@arethetypeswrong/core';
import { runCommand, spawnProcess, temporaryFolder } from '@runtape/e2e';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { checkTarball } from '../src/check-tarball.ts';
import { pack, type Tarball } from '../src/pack.ts';
import { publishedPackages } from '../src/published-packages.ts';
import { importAll, makeConsumer, projects } from './make-consumer.ts';
import { readEvents, takeUntil } from './read-events.ts';
import { bringToolchains, type Toolchains } from './toolchains.ts';

const COMMAND_MS = 300_000;
const startedSchema = z.object({ workflowId: z.string() });
const sourceMapSchema = z.object({ sources: z.array(z.string()) });

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
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
});

afterAll(() => folder[Symbol.asyncDispose]());

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

/** What a browser loads is compiled with the oldest and the newest only, for the time it takes. */
const projectsFor = (version: string): readonly string[] =>
  Object.keys(projects).filter(
    (project) => project !== 'browser' || version === '5.8' || version === '7',
  );

describe.each(['5.8', '5.9', '6', '7'])('TypeScript %s', (version) => {
  test.concurrent.each(projectsFor(version))('accepts every type: %s', async (project) => {
    const args = [toolchains.compilers[version] ?? '', '--project', `tsconfig.${project}.json`];
    const options = { cwd: consumer, env: process.env, timeout: COMMAND_MS };
    expect(await runCommand(process.execPath, args, options)).toMatchObject({
      output: '',
      ok: true,
    });
  });
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
    'a workflow of a project of its own is streamed from %s while its worker is killed',
    async (store) => {
      const env =
        store === 'Redis'
          ? { REDIS_URL: inject('redisUrl'), KEY_PREFIX: `packages-${version}:` }
          : { SQLITE_FILE: join(folder.path, `node-${version}.db`) };
      const start = (program: string) =>
        spawnProcess(node(), [`src/${program}.ts`], { cwd: consumer, env });

      await using server = start('server');
      const [, port] = await server.waitForLine(/"port":(\d+)/);
      const url = `http://127.0.0.1:${port}`;
      const { workflowId } = startedSchema.parse(await (await fetch(`${url}/countdown`)).json());
      const events = readEvents(await fetch(`${url}/api/workflows/${workflowId}/events`));

      await using killed = start('worker');
      const before = await takeUntil(
        events,
        ({ type, data }) => type === 'step:completed' && JSON.stringify(data).includes('number-4'),
      );
      killed.kill('SIGKILL');
      await killed.exited;
      await using next = start('worker');
      const after = await takeUntil(events, ({ type }) => type === 'workflow:completed');
      await events.return();

      const all = [...before, ...after];
      expect(all.at(-1)).toMatchObject({ data: { result: { text: '6 5 4 3 2 1 ' } } });
      // None is lost, and none comes twice.
      expect(all.map(({ id }) => Number(id.split('-').at(-1)))).toEqual(all.map((_, at) => at + 1));
      expect(all.filter(({ type }) => type === 'counted').map(({ data }) => data)).toContainEqual({
        left: 6,
      });
      // Kept steps are not run again.
      const completed = all.filter(({ type }) => type === 'step:completed');
      expect(completed).toHaveLength(6);
      expect(next.stderr + server.stderr).not.toMatch(/Error/);
    },
  );
});
