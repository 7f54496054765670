import type { Bench, BenchContext, Goal, Table } from '../bench.ts';
import type { NumberIn } from '../load/event-scanner.ts';
import { type Load, startLoad } from '../load/start-load.ts';
import { interleave, ratios, type Rounds, valuesOf } from '../measure/rounds.ts';
import { median } from '../measure/statistics.ts';
import { formatNumber } from '../report/format-table.ts';
import { type Remote, startChild } from '../processes/child.ts';
import type { HistoryFunctions, HistoryKind, HistoryStore } from '../targets/history-process.ts';

const ARRIVE_WITHIN_MS = 240_000;
const REPEATS = 3;
const MANY = 100;
const LIMIT = 'stored merged';
const RECIPE = 'common recipe: LRANGE, tRPC generator';

interface Target {
  readonly server: HistoryKind;
  readonly surface: 'plainSse' | 'plainSseSnapshot' | 'onWorkflowEvents';
  readonly numberIn: NumberIn;
}

const targets = {
  [LIMIT]: { server: 'stored merged', surface: 'plainSse', numberIn: 'text' },
  [RECIPE]: { server: 'recipe', surface: 'plainSse', numberIn: 'text' },
  'plain SSE': { server: 'runtape', surface: 'plainSse', numberIn: 'text' },
  onWorkflowEvents: { server: 'runtape', surface: 'onWorkflowEvents', numberIn: 'text' },
  'plain SSE, snapshot': { server: 'runtape', surface: 'plainSseSnapshot', numberIn: 'snapshot' },
} as const satisfies Readonly<Record<string, Target>>;

type Name = keyof typeof targets;
const ours: readonly Name[] = ['plain SSE', 'onWorkflowEvents', 'plain SSE, snapshot'];
const isOurs = (name: Name): boolean => targets[name].server === 'runtape';

interface Server {
  readonly remote: Remote<HistoryFunctions>;
  readonly port: number;
}
/** The servers on one store. */
type Servers = ReadonlyMap<HistoryKind, Server>;

interface Measurement {
  readonly tookMs: number;
  readonly kib: number;
  readonly longestBlockMs: number;
}

/** A workflow with history, and late watchers. */
interface Case {
  readonly store: HistoryStore;
  readonly title: string;
  readonly tokens: number;
  readonly isRunning: boolean;
  readonly watchers: number;
  readonly names: readonly Name[];
}

/** The time that late watchers wait for the history. */
export const replay: Bench = {
  name: 'replay',
  summary:
    'late watchers of 10,000 and 100,000 tokens, ended and still running, on SQLite and on Redis: until they have all',
  run: async (context) => {
    await using started = new AsyncDisposableStack();
    const load = await startLoad(started, context.cpus.load);
    const [few, many] = context.isQuick ? [300, 1500] : [10_000, 100_000];
    const tables: Table[] = [];
    for (const store of ['SQLite', 'Redis'] as const) {
      const servers = await startServers(store, started, context);
      const measured = new Map<string, CaseResult>();
      const all = casesOf(store, few, many);
      // A case that differs only in size adds nothing in quick mode.
      const cases = context.isQuick ? all.slice(0, -1) : all;
      for (const one of cases) {
        measured.set(one.title, await measureCase(one, servers, load, context));
      }
      tables.push(
        ...cases.flatMap((one) => tablesOf(one, measured.get(one.title))),
        ...[false, true].map((isRunning) =>
          growth(
            titleOf(store, many, isRunning),
            measured.get(titleOf(store, few, isRunning)),
            measured.get(titleOf(store, many, isRunning)),
          ),
        ),
      );
    }
    return tables;
  },
};

async function startServers(
  store: HistoryStore,
  started: AsyncDisposableStack,
  { cpus, folder, redis }: BenchContext,
): Promise<Servers> {
  const { url: redisUrl } = await redis();
  const servers = new Map<HistoryKind, Server>();
  // The recipe supports no store other than Redis.
  const kinds = [LIMIT, 'runtape', ...(store === 'Redis' ? (['recipe'] as const) : [])] as const;
  for (const kind of kinds) {
    const name = `${kind} on ${store}`;
    const remote = await startChild<HistoryFunctions>(started, 'targets/history-process.ts', {
      name,
      cpu: cpus.server,
    });
    servers.set(kind, { remote, port: await remote.start(kind, store, folder, redisUrl) });
  }
  return servers;
}

function casesOf(store: HistoryStore, few: number, many: number): readonly Case[] {
  const names: readonly Name[] = [
    LIMIT,
    ...(store === 'Redis' ? ([RECIPE] as const) : []),
    ...ours,
  ];
  const alone = [few, many].flatMap((tokens) =>
    [false, true].map((isRunning) => ({
      store,
      title: titleOf(store, tokens, isRunning),
      tokens,
      isRunning,
      watchers: 1,
      names,
    })),
  );
  // A hundred clients of the recipe would need minutes for the long history.
  const together: readonly Pick<Case, 'tokens' | 'names'>[] = [
    { tokens: few, names },
    { tokens: many, names: [LIMIT, ...ours] },
  ];
  const atOnce = together.map(({ tokens, names: watched }) => ({
    store,
    title: `${titleOf(store, tokens, false)}, ${MANY} at once`,
    tokens,
    isRunning: false,
    watchers: MANY,
    names: watched,
  }));
  return [...alone, ...atOnce];
}

function titleOf(store: HistoryStore, tokens: number, isRunning: boolean): string {
  return `${store}, ${formatNumber(tokens)} tokens, ${isRunning ? 'running' : 'ended'}`;
}

interface CaseResult {
  /** The measurement of the very first watcher. */
  readonly first: ReadonlyMap<Name, Measurement>;
  readonly rounds: Rounds<Name, Measurement>;
}

async function measureCase(
  one: Case,
  servers: Servers,
  load: Load,
  context: BenchContext,
): Promise<CaseResult> {
  const { tokens, isRunning, watchers } = one;
  const watched = new Map<Name, Server & { readonly request: string }>();
  for (const name of one.names) {
    context.report(`${one.title}: ${name} …`);
    const { server: kind, surface } = targets[name];
    const server = servers.get(kind);
    if (server === undefined) throw new TypeError(`There is no ${kind}.`);
    const request = await server.remote.write({ tokens, isRunning, surface });
    watched.set(name, { ...server, request });
  }
  const first = new Map<Name, Measurement>();
  const options = { ...context, warmsUp: true };
  const rounds = await interleave(watched, options, async (server, name, isWarmUp) => {
    const { port, remote, request } = server;
    await remote.longestBlockMs();
    const took: number[] = [];
    let kib = 0;
    // The recipe takes long enough to be measured once.
    const isOnce = isWarmUp || watchers > 1 || name === RECIPE;
    for (let n = 0; n < (isOnce ? 1 : REPEATS); n += 1) {
      const { numberIn } = targets[name];
      const { tookMs, bytes, problems } = await load.replay(
        { port, requests: [request], numberIn, count: watchers },
        tokens,
        ARRIVE_WITHIN_MS,
      );
      for (const problem of problems) context.fail(`${one.title}, ${name}: ${problem}.`);
      took.push(tookMs);
      kib = bytes / 1024 / watchers;
    }
    const longestBlockMs = await remote.longestBlockMs();
    const found = { tookMs: median(took), kib, longestBlockMs };
    if (isWarmUp) first.set(name, found);
    context.report(`${one.title}: ${name}: ${found.tookMs.toFixed(1)} ms`);
    return found;
  });
  return { first, rounds };
}

function tablesOf(one: Case, measured: CaseResult | undefined): readonly Table[] {
  const table = (what: string, unit: string, key: keyof Measurement, goal: Goal): Table => ({
    title: `${one.title}: ${what}`,
    unit,
    limit: LIMIT,
    rows: one.names.map((name) => ({
      name,
      isOurs: isOurs(name),
      goal: isOurs(name) ? goal : undefined,
      values: measured === undefined ? [] : valuesOf(measured.rounds, name, key),
    })),
  });
  const took = table('until everything has arrived', 'ms', 'tookMs', { ratio: 3 });
  const block = table('longest event-loop block', 'ms', 'longestBlockMs', { value: 50 });
  if (one.watchers > 1) return [took, block];
  const first: Table = {
    ...took,
    title: `${one.title}: until everything has arrived, first request`,
    rows: one.names.map((name) => ({
      name,
      isOurs: isOurs(name),
      values: [measured?.first.get(name)?.tookMs ?? Number.NaN],
    })),
  };
  return [took, first, table('size', 'KiB', 'kib', { ratio: 3 }), block];
}

/** Ten times the history may cost twelve times as much. */
function growth(title: string, few: CaseResult | undefined, many: CaseResult | undefined): Table {
  return {
    title: `${title}: time relative to a tenth of the tokens`,
    unit: '×',
    rows: [...(many?.rounds ?? [])].map(([name, found]) => ({
      name,
      isOurs: isOurs(name),
      goal: isOurs(name) ? { value: 12 } : undefined,
      values: ratios(
        found.map(({ tookMs }) => tookMs),
        few === undefined ? [] : valuesOf(few.rounds, name, 'tookMs'),
      ),
    })),
  };
}
