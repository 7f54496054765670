import type { Bench, BenchContext, Goal, Table } from '../bench.ts';
import { type Load, startLoad } from '../load/start-load.ts';
import { untilSeen } from '../load/watch-to-the-end.ts';
import { interleave, type Rounds, valuesOf } from '../measure/rounds.ts';
import { nowMs } from '../measure/clock.ts';
import { type Remote, startChild } from '../processes/child.ts';
import type { ModelFunctions } from '../targets/model-process.ts';
import type { WorkflowOutcome, RunningFunctions, ServerUsage } from '../targets/running-process.ts';
import { plainSse } from '../targets/runtape.ts';

const PER_SECOND = 200;
const SECONDS = 4;
const MAX_ROUNDS = 3;
/**
 * Fewer workflows at once in quick mode: a model-driven workflow takes long and adds little
 * information.
 */
const QUICK_AT_ONCE = { tokens: 20, commentOnIssue: 4 } as const;
const AT_ONCE = 200;
const WITHIN_MS = 300_000;

const targets = {
  'tokens only, SQLite': { workflow: 'tokens', onRedis: false },
  'tokens only, Redis': { workflow: 'tokens', onRedis: true },
  'commentOnIssue, SQLite': { workflow: 'commentOnIssue', onRedis: false },
  'commentOnIssue, Redis': { workflow: 'commentOnIssue', onRedis: true },
} as const;

type Name = keyof typeof targets;
const names: readonly Name[] = [
  'tokens only, SQLite',
  'tokens only, Redis',
  'commentOnIssue, SQLite',
  'commentOnIssue, Redis',
];

interface Measurement {
  readonly tokensPerSecond: number;
  readonly eventsPerSecond: number;
  readonly cpuMicrosPerToken: number;
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
  readonly seconds: number;
}

interface Running {
  readonly remote: Remote<RunningFunctions>;
  readonly port: number;
}

/** Many concurrent workflows in one server with embedded workers, each with one client. */
export const running: Bench = {
  name: 'running',
  summary: '200 workflows at once in one server, 200 tokens a second each: tokens/s, loop delay',
  run: async (context) => {
    await using started = new AsyncDisposableStack();
    const { cpus, isQuick, folder } = context;
    const atOnceOf = (name: Name) => (isQuick ? QUICK_AT_ONCE[targets[name].workflow] : AT_ONCE);
    const load = await startLoad(started, cpus.load);
    const model = await startChild<ModelFunctions>(started, 'targets/model-process.ts', {
      name: 'the demo model',
      cpu: cpus.load,
    });
    const modelUrl = await model.start(PER_SECOND);
    const servers = new Map<Name, Running>();
    for (const name of names) {
      context.report(`${name} …`);
      const { workflow, onRedis } = targets[name];
      const redisUrl = onRedis ? (await context.redis()).url : undefined;
      const remote = await startChild<RunningFunctions>(started, 'targets/running-process.ts', {
        name,
        cpu: cpus.server,
      });
      const options = { workflow, atOnce: atOnceOf(name), folder, redisUrl, modelUrl };
      servers.set(name, { remote, port: await remote.start(options) });
    }
    const measured = await interleave(
      servers,
      { ...context, maxRounds: MAX_ROUNDS },
      async (server, name) => {
        const one = await measure(name, server, load, atOnceOf(name), context);
        const { tokensPerSecond, cpuMicrosPerToken, delayP99Ms } = one;
        context.report(
          `${name}: ${Math.round(tokensPerSecond)} tokens a second, ${cpuMicrosPerToken.toFixed(1)} µs each, event-loop delay p99 ${delayP99Ms.toFixed(1)} ms`,
        );
        return one;
      },
    );
    return tablesOf(measured);
  },
};

async function measure(
  name: Name,
  { remote, port }: Running,
  load: Load,
  atOnce: number,
  context: BenchContext,
): Promise<Measurement> {
  const isTokens = targets[name].workflow === 'tokens';
  const tokens = context.isQuick ? PER_SECOND / 4 : PER_SECOND * SECONDS;
  const before = await remote.usage();
  const ids = await remote.begin(atOnce, tokens, PER_SECOND);
  await load.open(name, {
    port,
    requests: ids.map((id) => plainSse(id)),
    count: ids.length,
    numberIn: isTokens ? 'text' : 'id',
    mayMerge: !isTokens,
  });
  try {
    if (isTokens) {
      const start = await remote.usage();
      await remote.release();
      const fromMs = nowMs();
      const { atMs, problems } = await load.waitFor(name, tokens, WITHIN_MS);
      const usage = await remote.usage();
      const ended = await remote.untilAllEnded(ids);
      const wrong = await remote.check(ids, tokens);
      for (const problem of [...problems, ...wrong]) context.fail(`${name}: ${problem}.`);
      return measuredOf(ended, tokens * atOnce, (atMs - fromMs) / 1000, start, usage);
    }
    const ended = await remote.untilAllEnded(ids);
    const usage = await remote.usage();
    for (const { status } of ended) {
      if (status !== 'completed') context.fail(`${name}: a workflow is ${status}.`);
    }
    const tails = ended.map(({ tail }) => tail);
    await untilSeen(load, name, tails, context);
    const total = ended.reduce((sum, { outputTokens }) => sum + outputTokens, 0);
    const from = Math.min(...ended.map(({ createdAt }) => createdAt));
    const to = Math.max(...ended.map(({ endedAt }) => endedAt));
    return measuredOf(ended, total, (to - from) / 1000, before, usage);
  } finally {
    await load.close(name);
  }
}

function measuredOf(
  ended: readonly WorkflowOutcome[],
  tokens: number,
  seconds: number,
  before: ServerUsage,
  { cpuMicros, delayP50Ms, delayP99Ms }: ServerUsage,
): Measurement {
  const events = ended.reduce((sum, { tail }) => sum + tail, 0);
  return {
    tokensPerSecond: tokens / seconds,
    eventsPerSecond: events / seconds,
    cpuMicrosPerToken: (cpuMicros - before.cpuMicros) / tokens,
    delayP50Ms,
    delayP99Ms,
    seconds,
  };
}

function tablesOf(measured: Rounds<Name, Measurement>): readonly Table[] {
  const table = (
    what: string,
    unit: string,
    key: keyof Measurement,
    { better, goal }: { better?: Table['better']; goal?: Goal } = {},
  ): Table => ({
    title: `${AT_ONCE} workflows at once, ${PER_SECOND} tokens/s each: ${what}`,
    unit,
    better,
    rows: names.map((name) => ({
      name,
      goal,
      values: valuesOf(measured, name, key),
    })),
  });
  return [
    table('tokens', 'tokens/s', 'tokensPerSecond', { better: 'more', goal: { value: 6000 } }),
    table('events stored', 'events/s', 'eventsPerSecond', { better: 'more' }),
    table('server CPU per token', 'µs', 'cpuMicrosPerToken'),
    table('event-loop delay, p50', 'ms', 'delayP50Ms'),
    table('event-loop delay, p99', 'ms', 'delayP99Ms', { goal: { value: 50 } }),
    table('from the first start to the last end', 's', 'seconds'),
  ];
}
