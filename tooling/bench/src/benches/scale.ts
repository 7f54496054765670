import { freePort, startServerProcess, startWorkerProcess } from '@runtape/e2e';
import type { EventLog } from '@runtape/event-log';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { workflowIdSchema } from '@runtape/events';
import { z } from 'zod';
import type { Bench, BenchContext } from '../bench.ts';
import { type Load, startLoad } from '../load/start-load.ts';
import { untilEnded, untilSeen } from '../load/watch-to-the-end.ts';
import { interleave, ratios, valuesOf } from '../measure/rounds.ts';
import { plainSse } from '../targets/runtape.ts';

const WORKERS = [1, 2, 4] as const;
const SERVERS = 2;
/** The number of concurrent workflows per worker. */
const AT_ONCE = 4;
const TOKENS_PER_SECOND = '150';
const MAX_ROUNDS = 3;
const startedSchema = z.object({ workflowId: workflowIdSchema });

/** Separate servers and workers on one Redis: whether twice the workers do twice the work. */
export const scale: Bench = {
  name: 'scale',
  summary: 'two servers and 1, 2 and 4 workers on one Redis: events a second',
  run: async (context) => {
    await using started = new AsyncDisposableStack();
    const redisUrl = (await context.redis()).url;
    const log = started.use(await openRedisEventLog({ url: redisUrl, onWarning: context.report }));
    const load = await startLoad(started, undefined);
    const ports: number[] = [];
    while (ports.length < SERVERS) {
      const port = await freePort();
      started.use(
        await startServerProcess({ PORT: String(port), WORKERS: '0', REDIS_URL: redisUrl }),
      );
      ports.push(port);
    }
    const counts = context.isQuick ? WORKERS.slice(0, 2) : WORKERS;
    const measured = await interleave(
      new Map(counts.map((workers) => [String(workers), workers])),
      { ...context, maxRounds: MAX_ROUNDS },
      async (workers, _, isWarmUp) => {
        // New processes start in each round, so only the machine needs a warm-up.
        if (isWarmUp && workers !== 1) return { perSecond: Number.NaN };
        const perSecond = await measure(workers, { redisUrl, ports, log, load }, context);
        context.report(`${workers} workers: ${Math.round(perSecond)} events a second`);
        return { perSecond };
      },
    );
    const one = valuesOf(measured, '1', 'perSecond');
    const rows = counts.map((workers) => ({
      workers,
      name: workers === 1 ? '1 worker' : `${workers} workers`,
      values: valuesOf(measured, String(workers), 'perSecond'),
    }));
    const title = `${SERVERS} servers, ${AT_ONCE} workflows a worker at ${TOKENS_PER_SECOND} tokens/s each`;
    return [
      { title, unit: 'events/s', better: 'more', rows },
      {
        title: 'throughput per worker, relative to a single one',
        unit: '×',
        better: 'more',
        rows: rows.slice(1).map(({ workers, name, values }) => ({
          name,
          goal: { value: 0.9 },
          values: ratios(values, one).map((ratio) => ratio / workers),
        })),
      },
    ];
  },
};

interface Cluster {
  readonly redisUrl: string;
  readonly ports: readonly number[];
  readonly log: EventLog;
  readonly load: Load;
}

/**
 * @returns the number of events stored per second, while a server streamed every workflow to a
 *    watcher.
 */
async function measure(
  workers: number,
  { redisUrl, ports, log, load }: Cluster,
  context: BenchContext,
): Promise<number> {
  await using started = new AsyncDisposableStack();
  for (let n = 0; n < workers; n += 1) {
    started.use(
      await startWorkerProcess({
        REDIS_URL: redisUrl,
        WORKERS: String(AT_ONCE),
        RUNTAPE_CACHE: context.folder,
        DEMO_TOKENS_PER_SECOND: context.isQuick ? '2000' : TOKENS_PER_SECOND,
      }),
    );
  }
  const workflows = Array.from({ length: workers * AT_ONCE }, async (_, index) => {
    const port = ports[index % ports.length] ?? 0;
    return { port, workflowId: await startWorkflow(port) };
  });
  const running = await Promise.all(workflows);
  for (const port of ports) {
    const requests = running
      .filter((workflow) => workflow.port === port)
      .map(({ workflowId }) => plainSse(workflowId));
    const options = {
      port,
      requests,
      count: requests.length,
      numberIn: 'id',
      mayMerge: true,
    } as const;
    await load.open(String(port), options);
    started.defer(() => load.close(String(port)));
  }
  const records = await Promise.all(running.map(({ workflowId }) => untilEnded(log, workflowId)));
  for (const record of records) {
    if (record.status !== 'completed') context.fail(`${record.workflowId} is ${record.status}.`);
  }
  for (const port of ports) {
    const tails = records
      .filter((_, index) => running[index]?.port === port)
      .map(({ tail }) => tail);
    await untilSeen(load, String(port), tails, context);
  }
  const from = Math.min(...records.map(({ createdAt }) => createdAt));
  const to = Math.max(...records.map(({ endedAt }) => endedAt ?? Number.NaN));
  return records.reduce((sum, { tail }) => sum + tail, 0) / ((to - from) / 1000);
}

async function startWorkflow(port: number) {
  const response = await fetch(`http://127.0.0.1:${port}/api/workflows`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      workflow: 'commentOnIssue',
      input: { target: { kind: 'sample', name: 'resume-after-reconnect' } },
    }),
  });
  return startedSchema.parse(await response.json()).workflowId;
}
