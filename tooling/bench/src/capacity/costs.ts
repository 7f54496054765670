import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const KIB = 1024;
const SECOND_MICROS = 1e6;

/** The unit costs, as measured by the benches. The letters are those of `docs/scaling.md`. */
export interface Costs {
  /** CPU of a server to deliver one event to one watcher, in µs. */
  readonly d: number;
  /** CPU of a server to receive an event, in µs. */
  readonly s: number;
  /** CPU of Redis to store and announce an event, in µs. */
  readonly r: number;
  /** CPU of a worker to write an event, in µs. */
  readonly w: number;
  /** Memory of an idle watcher, in bytes. */
  readonly m: number;
  /** CPU for the heartbeats of one watcher, in µs per second. */
  readonly h: number;
  /** The time for a late watcher to receive 10,000 tokens, in ms. */
  readonly p: number;
}

/** Roughly the first measurements, for simulations without saved results. */
const EXAMPLE: Costs = { d: 11, s: 17, r: 30, w: 50, m: 37 * KIB, h: 5, p: 1 };

const savedSchema = z.object({
  measuredAt: z.string(),
  machine: z.object({ cpu: z.string(), cores: z.number(), node: z.string() }),
  results: z.array(z.object({ bench: z.string(), name: z.string(), value: z.number() })),
});
type Saved = z.infer<typeof savedSchema>;

/** The costs and their source. */
export interface MeasuredCosts {
  readonly costs: Costs;
  /** The source, for users. */
  readonly source: string;
  /** False if nothing is saved and the costs are an example. */
  readonly isMeasured: boolean;
}

/**
 * Reads the costs from the results that `--save` stored.
 * @param folder `docs/benchmarks`.
 * @returns an example if a required bench has no saved result.
 */
export async function readCosts(folder: string): Promise<MeasuredCosts> {
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.json'));
  const saved: Saved[] = [];
  for (const file of files.sort()) {
    const parsed = savedSchema.safeParse(JSON.parse(await readFile(join(folder, file), 'utf8')));
    if (parsed.success) saved.push(parsed.data);
  }
  const costs = costsOf(saved.flatMap(({ results }) => results));
  const [first] = saved;
  if (costs === null || first === undefined) {
    return { costs: EXAMPLE, source: 'an example, because no run is saved', isMeasured: false };
  }
  const { cores, cpu, node } = first.machine;
  const days = [...new Set(saved.map(({ measuredAt }) => measuredAt))].sort();
  const source = `${days.join(' and ')}, ${cores} × ${cpu}, Node ${node}`;
  return { costs, source, isMeasured: true };
}

/** @returns `null` if one of them was not measured. */
export function costsOf(results: Saved['results']): Costs | null {
  const find = (bench: string, ending: string) =>
    results.find(
      (result) => result.bench === bench && result.name.endsWith(`${ending}: plain SSE`),
    );
  const memory = find('connections', 'memory per watcher');
  const heartbeats = find('connections', 'share of a core');
  const delivering = find('fan-out', '1,000 watchers, live: server CPU per event');
  const server = find('latency', 'server CPU per event');
  const redis = find('latency', 'Redis CPU per event');
  const writer = find('latency', 'writer CPU per event');
  const late = find('replay', '10,000 tokens, ended, 100 at once: until everything has arrived');
  const all = [memory, heartbeats, delivering, server, redis, writer, late];
  if (all.includes(undefined)) return null;
  const valueOf = (result: (typeof all)[number]) => result?.value ?? Number.NaN;
  const idle = Number.parseInt(heartbeats?.name.replaceAll(',', '') ?? '', 10);
  const d = valueOf(delivering);
  return {
    d,
    s: Math.max(0, valueOf(server) - d),
    r: valueOf(redis),
    w: valueOf(writer),
    m: valueOf(memory) * KIB,
    h: ((valueOf(heartbeats) / 100) * SECOND_MICROS) / idle,
    p: valueOf(late) / 100,
  };
}
