import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, spawnRuntape, startServerProcess } from '@runtape/e2e';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CliResult, runtape } from './runtape.ts';

const FAST = { DEMO_TOKENS_PER_SECOND: '5000' };
let sample = '';
/** A store with one workflow that has ended. */
let drafted = '';
let commented: CliResult = { code: null, stdout: '', stderr: '' };
let folder = '';
let archives = '';
let env: Record<string, string> = {};

// Once for all: each test gets a copy of the store, as if it had run the sample itself.
beforeAll(async () => {
  drafted = await mkdtemp(join(tmpdir(), 'runtape-archive-'));
  const there = { ...FAST, RUNTAPE_DB: join(drafted, 'db') };
  const { stdout } = await runtape(['comment', '--list'], there);
  sample = `sample:${stdout.split('\n')[0]}`;
  commented = await runtape(['comment', sample], there);
});

afterAll(() => rm(drafted, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtape-archive-'));
  archives = join(folder, 'archives');
  env = { ...FAST, RUNTAPE_DB: join(folder, 'db') };
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Copies the store in which the sample has run. */
async function copySample() {
  await cp(drafted, folder, { recursive: true });
  return ranOf(commented);
}

function ranOf(ran: CliResult) {
  const workflowId = /\bwf_[0-9a-z]+/.exec(ran.stderr)?.[0] ?? '';
  return { ...ran, workflowId, file: join(archives, `${workflowId}.ndjson`) };
}

describe('archive and replay', () => {
  test('A4: an archived workflow replays with the same draft, events and exit code', async () => {
    const { workflowId, file, stdout: draft } = await copySample();
    const archived = await runtape(['archive', archives], env);
    expect(archived.stderr).toContain(workflowId);
    expect(archived.stderr).toContain('Archived 1 of');
    expect(archived).toMatchObject({ code: 0, stdout: '' });

    const events = (await readFile(file, 'utf8')).split('\n').slice(1).join('\n');
    expect(await runtape(['replay', file, '--speed', '0', '--json'])).toMatchObject({
      code: 0,
      stdout: events,
    });
    const replayed = await runtape(['replay', file, '--speed', '0']);
    expect(replayed).toMatchObject({ code: 0, stdout: draft });
    expect(replayed.stderr).toContain('Done in');

    const again = await runtape(['archive', archives], env);
    expect(again.stderr).toContain('Archived 0 of');
    expect(again.stderr).toContain('1 had been archived before');
    expect(await readdir(archives)).toEqual([`${workflowId}.ndjson`]);
  });

  test('A4: with --url the archive of a running server is the same byte for byte', async () => {
    const { file } = await copySample();
    await runtape(['archive', archives], env);
    await using server = await startServerProcess({ ...env, PORT: String(await freePort()) });
    const elsewhere = join(folder, 'elsewhere');
    const { code } = await runtape(['archive', elsewhere, '--url', server.url]);
    expect(code).toBe(0);
    const [name = ''] = await readdir(elsewhere);
    expect(await readFile(join(elsewhere, name))).toEqual(await readFile(file));
  });

  test('A4: the command archives a workflow past its retention without removing it', async () => {
    const { workflowId } = await copySample();
    const { code } = await runtape(['archive', archives], { ...env, RETENTION_DAYS: '0.000001' });
    expect(code).toBe(0);
    expect(await readdir(archives)).toEqual([`${workflowId}.ndjson`]);
  });

  test('A4: a server with ARCHIVE_DIR archives expired workflows and then removes them', async () => {
    const { workflowId, file } = await copySample();
    const old = { ...env, RETENTION_DAYS: '0.000001', ARCHIVE_DIR: archives };
    await using server = await startServerProcess({ ...old, PORT: String(await freePort()) });
    await expect
      .poll(async () => (await runtape(['list', '--url', server.url])).stdout)
      .not.toContain(workflowId);
    expect(await runtape(['replay', file, '--speed', '0'])).toMatchObject({ code: 0 });
  });

  test('A4: a server that cannot write archives reports it and removes nothing', async () => {
    const { workflowId } = await copySample();
    await writeFile(archives, 'a file where the folder should be');
    const old = { ...env, RETENTION_DAYS: '0.000001', ARCHIVE_DIR: archives };
    await using server = await startServerProcess({ ...old, PORT: String(await freePort()) });
    await server.process.waitForLine(
      new RegExp(`could not be archived.*${workflowId}.*ARCHIVE_DIR is ${archives}`),
    );
    expect((await runtape(['list', '--url', server.url])).stdout).toContain(workflowId);
  });

  test('A4: a workflow that exceeds MAX_EVENTS fails with too_many_events, and its replay exits with the same code', async () => {
    const small = { ...env, MAX_EVENTS: '12' };
    const { code, stderr, file } = ranOf(await runtape(['comment', sample], small));
    expect(stderr).toContain('Failed (too_many_events)');
    expect(code).toBe(1);
    await runtape(['archive', archives], env);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 12);
    expect(await runtape(['replay', file, '--speed', '0'])).toMatchObject({ code: 1 });
  });

  test('A4: Ctrl-C ends a replay', async () => {
    const { file } = await copySample();
    await runtape(['archive', archives], env);
    await using replaying = spawnRuntape(['replay', file, '--speed', '0.001'], {});
    await replaying.waitForLine(/Workflow wf_/);
    replaying.kill('SIGINT');
    expect((await replaying.exited).code).toBe(0);
    expect(replaying.stderr).toContain('Stopped.');
  });
});

describe('invalid archives and arguments', () => {
  test.each([['archive'], ['replay']])('%s --help prints its usage', async (command) => {
    const { code, stdout } = await runtape([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: runtape ${command}`);
    expect(stdout).toContain('Exit codes: 0 completed, 1 failed');
  });

  test.each([
    ['', /Line 1: The file is empty/],
    ['GIF89a\n', /Line 1: That is not JSON/],
    ['{"runtape":2}\n', /Line 1: .*newer Runtape/],
  ])(
    'A4: a file %j is refused with exit code 2 and the number of the bad line',
    async (text, message) => {
      const file = join(folder, 'bad.ndjson');
      await writeFile(file, text);
      const { code, stdout, stderr } = await runtape(['replay', file]);
      expect(stderr).toMatch(message);
      expect(stderr).toContain(file);
      expect(stderr).not.toContain('    at ');
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    },
  );

  test('A4: a truncated file is refused before any of it is shown', async () => {
    const { file } = await copySample();
    await runtape(['archive', archives], env);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.slice(0, -30));
    const { code, stdout, stderr } = await runtape(['replay', file, '--speed', '0']);
    expect(stderr).toMatch(new RegExp(`Line ${text.trimEnd().split('\n').length}: .*cut off`));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test.each([
    [['replay', 'nowhere.ndjson'], /There is no file/],
    [['replay', '.'], /is not a file/],
    [['replay', 'x', '--speed', 'fast'], /a number such as 10/],
    [['replay', 'x', '--speed', '-1'], /a number such as 10/],
    [['replay'], /missing required argument/],
    [['archive'], /missing required argument/],
    [['archive', 'x', '--url', 'nonsense'], /is not a URL/],
  ])('%j is refused with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await runtape(args, env);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('A4: a folder that cannot be written to: exit code 1 and the reason', async () => {
    await copySample();
    await writeFile(archives, 'a file where the folder should be');
    const { code, stderr } = await runtape(['archive', archives], env);
    expect(stderr).toContain(archives);
    expect(stderr).toContain('is writable');
    expect(code).toBe(1);
  });

  test('A4: a folder that cannot be created, where Node would retry forever: exit code 1 and the reason', async () => {
    await copySample();
    const { code, stderr } = await runtape(['archive', '/proc/runtape/archives'], env);
    expect(code).toBe(1);
    expect(stderr).toContain('could not be written to /proc/runtape/archives');
    expect(stderr).toContain('Check that the folder is writable');
  });

  test('F8: a server that cannot be reached: exit code 4', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await runtape(['archive', archives, '--url', url]);
    expect(stderr).toContain(url);
    expect(code).toBe(4);
  });
});
