import { join } from 'node:path';
import { createGithubClient } from '@runtape/github-workflows/client';
import { freePort, type ServerProcess, startServerProcess, temporaryFolder } from '@runtape/e2e';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checks } from '../src/verify/checks/index.ts';
import { runChecks } from '../src/verify/run-checks.ts';
import { type Breakage, startBreakingProxy } from './breaking-proxy.ts';
import { runtape } from './runtape.ts';

const names = checks.map(({ name }) => name);
const stack = new AsyncDisposableStack();
let server: ServerProcess;

beforeAll(async () => {
  const folder = stack.use(await temporaryFolder());
  server = stack.use(
    await startServerProcess({
      RUNTAPE_DB: join(folder.path, 'db'),
      RUNTAPE_CACHE: join(folder.path, 'cache'),
      DEMO_TOKENS_PER_SECOND: '400',
      HEARTBEAT_SECONDS: '1',
      WORKERS: '64',
    }),
  );
});

afterAll(() => stack.disposeAsync());

const resultSchema = z.object({
  check: z.string(),
  outcome: z.enum(['passed', 'failed', 'skipped', 'not_run']),
  expected: z.string().optional(),
  came: z.string().optional(),
  advice: z.string().optional(),
});
const parseResults = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => resultSchema.parse(JSON.parse(line)));

/** Long enough for a busy machine: a first message may take a twelfth of it. */
const PATIENT = ['--timeout', '300'];

describe('C9: runtape verify', () => {
  test('prints a checklist of all surfaces of a server, without colours when stdout is not a terminal', async () => {
    const args = ['verify', server.url, '--heartbeat', '1', ...PATIENT];
    const { code, stdout, stderr } = await runtape(args, { FORCE_COLOR: '1' });
    expect(stdout).not.toContain('✗');
    expect(stderr).toContain(`All ${names.length} checks of ${server.url} passed in`);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => /^✓ (\S+) .*\d\.\d\d s/.exec(line)?.[1])).toEqual(names);
    expect(code).toBe(0);
    // None of the started workflows is still running.
    const { workflows } = await createGithubClient({ url: server.url }).listWorkflows();
    expect(workflows.map(({ status }) => status).toSorted()).toEqual([
      'cancelled',
      'completed',
      'completed',
    ]);
  });

  test('with accounts: RUNTAPE_TOKEN gives access to every surface, and without it each failure says so', async () => {
    await using folder = await temporaryFolder();
    const AUTH_SECRET = 'a secret for tests of at least 32 characters';
    await using guarded = await startServerProcess({
      RUNTAPE_DB: join(folder.path, 'db'),
      RUNTAPE_CACHE: join(folder.path, 'cache'),
      DEMO_TOKENS_PER_SECOND: '400',
      HEARTBEAT_SECONDS: '1',
      AUTH_SECRET,
    });
    const args = ['verify', guarded.url, '--heartbeat', '1', '--json', ...PATIENT];
    const made = await runtape(['token', 'ada'], { AUTH_SECRET });
    const [passed, refused] = await Promise.all([
      runtape(args, { RUNTAPE_TOKEN: made.stdout }),
      runtape(args),
    ]);
    // Only users who may see everything may read the metrics.
    expect(parseResults(passed.stdout).filter(({ outcome }) => outcome !== 'passed')).toMatchObject(
      [{ check: 'metrics', outcome: 'skipped' }],
    );
    expect(passed.code).toBe(0);
    const results = parseResults(refused.stdout);
    expect(results.filter(({ outcome }) => outcome === 'passed').map(({ check }) => check)).toEqual(
      ['health', 'openapi'],
    );
    expect(results.find(({ check }) => check === 'start')?.advice).toContain('RUNTAPE_TOKEN');
    expect(refused.code).toBe(1);
  });

  test('A11: every other command sends RUNTAPE_TOKEN too, and without it says what to set', async () => {
    await using folder = await temporaryFolder();
    const AUTH_SECRET = 'a secret for tests of at least 32 characters';
    const env = { RUNTAPE_DB: join(folder.path, 'db'), DEMO_TOKENS_PER_SECOND: '5000' };
    await using guarded = await startServerProcess({ ...env, AUTH_SECRET });
    const url = ['--url', guarded.url];
    const [ada, bob] = await Promise.all(
      ['ada', 'bob'].map((user) => runtape(['token', user], { AUTH_SECRET })),
    );
    const asAda = { RUNTAPE_TOKEN: ada?.stdout ?? '' };
    const commented = await runtape(['comment', 'sample:disk-full', ...url], asAda);
    expect([commented.code, commented.stdout]).toEqual([0, expect.stringContaining('demo model')]);
    const [hers, his, anonymous] = await Promise.all([
      runtape(['list', ...url], asAda),
      runtape(['list', ...url], { RUNTAPE_TOKEN: bob?.stdout ?? '' }),
      runtape(['list', ...url]),
    ]);
    expect(hers.stdout.split('\n')).toHaveLength(2);
    expect([his.code, his.stdout]).toEqual([0, '']);
    expect(anonymous.stderr).toContain('Set RUNTAPE_TOKEN to your token');
    expect(anonymous.code).toBe(2);
  });

  test.each([
    [['verify'], /missing required argument/],
    [['verify', 'nonsense'], /is not a URL/],
    [['verify', 'http://127.0.0.1:1', '--timeout', '0'], /number of seconds/],
    [['verify', 'http://127.0.0.1:1', '--heartbeat', 'x'], /number of seconds/],
  ])('%j is refused with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await runtape(args);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
  });

  test('without a server: exit code 4 and no checklist', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, stdout, stderr } = await runtape(['verify', url]);
    expect(stderr).toContain(`No response from ${url}.`);
    expect([code, stdout]).toEqual([4, '']);
  });
});

const formatOf = (path: string) => new URL(path, 'http://x').searchParams.get('format');
const isStream = (path: string) =>
  /^\/(?:api\/(?:workflows|threads)\/[^/]+\/events|api\/events$|trpc\/on)/.test(path);
const liveStreams = names.filter((name) => checks.find((each) => each.name === name)?.isLive);

const breakages: readonly (readonly [string, Breakage, readonly string[], RegExp])[] = [
  [
    'buffers one stream',
    { applies: ({ path }) => formatOf(path) === 'simple', buffers: true },
    ['sse-simple'],
    /buffers streams/,
  ],
  [
    'buffers all streams',
    {
      applies: ({ path, headers }) =>
        isStream(path) && headers.accept?.includes('application/json') !== true,
      buffers: true,
    },
    [...liveStreams, 'heartbeat'],
    /buffers streams/,
  ],
  [
    'drops ids',
    {
      applies: ({ path }) => formatOf(path) === 'native',
      dropsLine: (line) => line.startsWith('id:'),
    },
    ['sse-native'],
    /changes the stream/,
  ],
  [
    'drops an event',
    {
      applies: ({ path }) => path === '/api/events',
      dropsLine: (line) => line.includes('"type":"status"'),
    },
    ['shared'],
    /drops or changes events/,
  ],
  [
    'strips a response header',
    { applies: ({ path }) => formatOf(path) === 'thread', stripsHeader: 'cache-control' },
    ['sse-thread'],
    /Let it pass streams unchanged/,
  ],
  [
    'loses Last-Event-ID',
    { applies: ({ path }) => formatOf(path) === 'chat', losesHeader: 'last-event-id' },
    ['sse-chat'],
    /Last-Event-ID/,
  ],
  [
    'loses Accept-Encoding',
    {
      applies: ({ path, headers }) =>
        path.endsWith('/events') && headers['accept-encoding'] === 'gzip',
      losesHeader: 'accept-encoding',
    },
    ['sse-gzip'],
    /Accept-Encoding/,
  ],
  [
    'responds with its own page',
    { applies: ({ path }) => path === '/api/openapi.json', answersHtml: true },
    ['openapi'],
    /a login page/,
  ],
  [
    'ends quiet connections',
    { applies: ({ path }) => path.includes('verify-quiet'), endsAtOnce: true },
    ['heartbeat'],
    /time-out/,
  ],
];

/** Without the checks that start their own workflows, since many runs are concurrent. */
const selected = checks.filter(({ name }) => !/^chat|^commands$/.test(name));

describe.concurrent('C9: behind a faulty proxy, exactly the affected checks fail', () => {
  test.each(breakages)('a proxy that %s', async (_name, breakage, failing, advice) => {
    await using proxy = await startBreakingProxy(server.url, breakage);
    const client = createGithubClient({ url: proxy.url });
    const results = await runChecks({
      url: proxy.url,
      fetch: globalThis.fetch,
      client,
      checks: selected,
      runId: randomUUID(),
      heartbeatSeconds: 1,
      timeoutSeconds: 180,
      signal: new AbortController().signal,
      onResult: () => undefined,
    });
    await client.close();
    const bad = results.filter(({ outcome }) => outcome !== 'passed');
    expect(bad.filter(({ check }) => !failing.includes(check))).toEqual([]);
    expect(bad.map(({ check }) => check).toSorted()).toEqual(failing.toSorted());
    for (const result of bad) {
      expect(result).toMatchObject({ outcome: 'failed', advice: expect.stringMatching(advice) });
    }
  });
});

test('C9: when no workflow can be started, the checks that need one are not run, and the others are', async () => {
  await using proxy = await startBreakingProxy(server.url, {
    applies: ({ path }) => path === '/api/workflows',
    answersHtml: true,
  });
  const { code, stdout } = await runtape([
    'verify',
    proxy.url,
    '--heartbeat',
    '1',
    '--json',
    ...PATIENT,
  ]);
  const outcomes = Map.groupBy(parseResults(stdout), ({ outcome }) => outcome);
  const of = (outcome: 'passed' | 'failed') => outcomes.get(outcome)?.map(({ check }) => check);
  expect(of('failed')).toEqual(['start', 'commands']);
  expect(of('passed')).toEqual([
    'health',
    'openapi',
    'heartbeat',
    'chat-stream',
    'chat-json',
    'metrics',
  ]);
  expect(code).toBe(1);
});
