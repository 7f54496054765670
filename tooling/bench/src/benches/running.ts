import { z } from 'zod';
import type { Bench, BenchContext, Goal, Table } from '../bench.ts';
import { type Load, startLoad } from '../load/start-load.ts';
import { untilSeen } from '../load/watch-to-the-end.ts';
import { interleave, type Rounds } from '../measure/rounds.ts';
import { nowMs } from '../measure/clock.ts';
import { type Child, startChild } from '../processes/child.ts';
import { endedSchema, serverUsageSchema } from '../subjects/running-server-messages.ts';
import { plainSse } from '../subjects/runtape.ts';

const PER_SECOND = 200;
const SECONDS = 4;
const MOST_ROUNDS = 3;
/**
 * Fewer workflows at once in quick mode: a model-driven workflow takes long and adds little
 * information.
 */
const QUICK_AT_ONCE = { tokens: 20, commentOnIssue: 4 } as const;
const AT_ONCE = 200;
const WITHIN_MS = 300_000;

const subjects = {
  'tokens only, SQLite': { workflow: 'tokens', onRedis: false },
  'tokens only, Redis': { workflow: 'tokens', onRedis: true },
  'commentOnIssue, SQLite': { workflow: 'commentOnIssue', onRedis: false },
  'commentOnIssue, Redis': { workflow: 'commentOnIssue', onRedis: true },
} as const;

type Name = keyof typeof subjects;
const names: readonly Name[] = [
  'tokens only, SQLite',
  'tokens only, Redis',
  'commentOnIssue, SQLite',
  'commentOnIssue, Redis',
];

interface Measured {
  readonly tokensPerSecond: number;
  readonly eventsPerSecond: number;
  readonly micros: number;
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
  readonly seconds: number;
}

interface Running {
  readonly child: Child;
  readonly port: number;
}

/** Many concurrent workflows in one server with embedded workers, each with one client. */
export const running: Bench = {
  name: 'running',
  summary: '200 workflows at once in one server, 200 tokens a second each: tokens/s, loop delay',
  run: async (context) => {
    await using started = new AsyncDisposableStack();
    const { cpus, isQuick, folder } = context;
    const atOnceOf = (name: Name) => (isQuick ? QUICK_AT_ONCE[subjects[name].workflow] : AT_ONCE);
    const load = started.use(await startLoad(cpus.load));
    const model = started.use(
      await startChild('subjects/model-process.ts', { name: 'the demo model', cpu: cpus.load }),
    );
    const pace = { tokensPerSecond: PER_SECOND };
    const modelUrl = await model.call('start', pace, z.string());
    const servers = new Map<Name, Running>();
    for (const name of names) {
      context.say(`${name} …`);
      const { workflow, onRedis } = subjects[name];
      const redisUrl = onRedis ? (await context.redis()).url : undefined;
      const child = started.use(
        await startChild('subjects/running-process.ts', { name, cpu: cpus.server }),
      );
      const options = { workflow, atOnce: atOnceOf(name), folder, redisUrl, modelUrl };
      servers.set(name, { child, port: await child.call('start', options, z.number()) });
    }
    const measured = await interleave(names, {
      rounds: Math.min(context.rounds, MOST_ROUNDS),
      warmsUp: !context.isQuick,
      measure: async (name) => {
        const server = servers.get(name);
        if (server === undefined) throw new TypeError(`There is no ${name}.`);
        const one = await measure(name, server, load, atOnceOf(name), context);
        const { tokensPerSecond, micros, delayP99Ms } = one;
        context.say(
          `${name}: ${Math.round(tokensPerSecond)} tokens a second, ${micros.toFixed(1)} µs each, loop delay p99 ${delayP99Ms.toFixed(1)} ms`,
        );
        return one;
      },
    });
    return tablesOf(measured);
  },
};

async function measure(
  name: Name,
  { child, port }: Running,
  load: Load,
  atOnce: number,
  context: BenchContext,
): Promise<Measured> {
  const isTokens = subjects[name].workflow === 'tokens';
  const tokens = context.isQuick ? PER_SECOND / 4 : PER_SECOND * SECONDS;
  const before = await child.call('usage', null, serverUsageSchema);
  const begin = { count: atOnce, tokens, perSecond: PER_SECOND };
  const ids = await child.call('begin', begin, z.array(z.string()));
  await load.open(name, {
    port,
    requests: ids.map((id) => plainSse(id)),
    count: ids.length,
    numberIn: isTokens ? 'text' : 'id',
    mayMerge: !isTokens,
  });
  const options = { timeoutMs: WITHIN_MS };
  const endedOf = () => child.call('ended', ids, z.array(endedSchema), options);
  try {
    if (isTokens) {
      const start = await child.call('usage', null, serverUsageSchema);
      await child.call('release', null, z.unknown());
      const fromMs = nowMs();
      const { atMs, problems } = await load.reach(name, tokens, WITHIN_MS);
      const usage = await child.call('usage', null, serverUsageSchema);
      const ended = await endedOf();
      for (const problem of problems) context.fail(`${name}: ${problem}.`);
      const check = await child.call('check', { ids, tokens }, z.array(z.string()));
      for (const problem of check) context.fail(`${name}: ${problem}.`);
      return measuredOf(ended, tokens * atOnce, (atMs - fromMs) / 1000, {
        ...usage,
        cpuMicros: usage.cpuMicros - start.cpuMicros,
      });
    }
    const ended = await endedOf();
    const usage = await child.call('usage', null, serverUsageSchema);
    for (const { status } of ended) {
      if (status !== 'completed') context.fail(`${name}: a workflow is ${status}.`);
    }
    const tails = ended.map(({ tail }) => tail);
    await untilSeen(load, name, tails, context);
    const total = ended.reduce((sum, { outputTokens }) => sum + outputTokens, 0);
    const from = Math.min(...ended.map(({ createdAt }) => createdAt));
    const to = Math.max(...ended.map(({ endedAt }) => endedAt));
    return measuredOf(ended, total, (to - from) / 1000, {
      ...usage,
      cpuMicros: usage.cpuMicros - before.cpuMicros,
    });
  } finally {
    await load.close(name);
  }
}

function measuredOf(
  ended: readonly z.infer<typeof endedSchema>[],
  tokens: number,
  seconds: number,
  { cpuMicros, delayP50Ms, delayP99Ms }: z.infer<typeof serverUsageSchema>,
): Measured {
  const events = ended.reduce((sum, { tail }) => sum + tail, 0);
  return {
    tokensPerSecond: tokens / seconds,
    eventsPerSecond: events / seconds,
    micros: cpuMicros / tokens,
    delayP50Ms,
    delayP99Ms,
    seconds,
  };
}

function tablesOf(measured: Rounds<Name, Measured>): readonly Table[] {
  const table = (
    what: string,
    unit: string,
    value: keyof Measured,
    { better = 'less', goal }: { better?: Table['better']; goal?: Goal } = {},
  ): Table => ({
    title: `${AT_ONCE} workflows at once, ${PER_SECOND} tokens/s each: ${what}`,
    unit,
    better,
    rows: names.map((name) => ({
      name,
      isOurs: true,
      goal,
      values: (measured.get(name) ?? []).map((one) => one[value]),
    })),
  });
  return [
    table('tokens', 'tokens/s', 'tokensPerSecond', { better: 'more', goal: { value: 6000 } }),
    table('events stored', 'events/s', 'eventsPerSecond', { better: 'more' }),
    table("server's CPU for each token", 'µs', 'micros'),
    table('half of the delays of its event loop', 'ms', 'delayP50Ms'),
    table('99 % of the delays of its event loop', 'ms', 'delayP99Ms', { goal: { value: 50 } }),
    table('from the first start to the last end', 's', 'seconds'),
  ];
}
