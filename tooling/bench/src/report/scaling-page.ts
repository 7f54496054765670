import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type MeasuredCosts, readCosts } from '../capacity/costs.ts';
import { MILLION, planFor } from '../capacity/plan.ts';
import { formatNumber } from './format-table.ts';
import { putBetween } from './put-between.ts';

const KIB = 1024;
const SECOND_MICROS = 1e6;

/**
 * Updates the figures of `docs/scaling.md` from the results in `docs/benchmarks`. Leaves the page
 * unchanged until all required benches have results.
 * @param root the folder of the repository.
 * @returns the page, if it was written.
 */
export async function updateScalingPage(root: string): Promise<string | null> {
  const measured = await readCosts(join(root, 'docs/benchmarks'));
  if (!measured.isMeasured) return null;
  const page = join(root, 'docs/scaling.md');
  const withCosts = putBetween(await readFile(page, 'utf8'), 'costs', costsTable(measured));
  await writeFile(page, putBetween(withCosts, 'plan', planTable(measured)));
  return page;
}

/** The table of unit costs and capacities. */
export function costsTable({ costs, source }: MeasuredCosts): string {
  const { d, s, r, w, m, h, p } = costs;
  const perSecond = (micros: number) => `${formatNumber(SECOND_MICROS / micros)} a second`;
  const rows = [
    ['`d`', `${formatNumber(d)} µs`, `a core brings ${perSecond(d)} to watchers`],
    ['`s`', `${formatNumber(s)} µs`, `a core takes in ${perSecond(Math.max(s, 1))}`],
    ['`r`', `${formatNumber(r)} µs`, `a shard stores ${perSecond(r)}`],
    ['`w`', `${formatNumber(w)} µs`, `a core writes ${perSecond(w)}`],
    ['`m`', `${formatNumber(m / KIB)} KiB`, `1 GiB holds ${formatNumber(2 ** 30 / m)} watchers`],
    [
      '`h`',
      `${formatNumber(h)} µs/s`,
      `a core keeps ${formatNumber(SECOND_MICROS / h)} watchers alive`,
    ],
    [
      '`p`',
      `${formatNumber(p)} ms`,
      `a core lets ${formatNumber(1000 / p)} late watchers a second catch up`,
    ],
  ];
  return [
    `Measured ${source}.`,
    '',
    '| letter | measured | so |',
    '| --- | ---: | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

/** The plan for a million watchers and 100,000 workflows. */
export function planTable({ costs }: MeasuredCosts): string {
  const plan = planFor(MILLION, costs);
  const spread = planFor({ ...MILLION, serversEach: 10 }, costs);
  const receiving = `${cores(plan.receiving)}, or ${cores(spread.receiving)} if each workflow is watched through ten servers`;
  const rows = [
    ['events written', '`n × e`', `${formatNumber(plan.eventsWritten)} a second`],
    ['shards of Redis', '`n × e × r`, at 60 % of each', `${plan.shards} masters`],
    ['events brought', '`u × e`', `${formatNumber(plan.eventsDelivered)} a second`],
    ['servers, for bringing', '`u × e × d`, at 60 %', cores(plan.delivering)],
    ['servers, for receiving', "`n' × e × s`, at 60 %", receiving],
    ['servers, heartbeats', '`u × h`, at 60 %', cores(plan.heartbeats)],
    ['servers, memory', '`u × m`', `${formatNumber(plan.memoryGib)} GiB`],
    ['servers, network', '`u × e × 200 bytes`', `${formatNumber(plan.gigabits)} Gbit/s`],
    ['workers, for the log', '`n × e × w`, at 60 %', `${plan.workerCores} cores`],
  ];
  const most = largestOf([
    ['the cores of the servers, by bringing events', plan.delivering],
    ['the cores of the servers, by receiving events', plan.receiving],
    ['the cores of the servers, by heartbeats', plan.heartbeats],
    ['the cores of the workers', plan.workerCores],
    ['the shards of Redis', plan.shards],
  ]);
  return [
    '| what | how much | with what was measured |',
    '| --- | --- | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    `**Most of all it takes ${most[0]}**: ${formatNumber(Math.ceil(most[1]))} of them. That is what runs out first where everything has the same room.`,
  ].join('\n');
}

function largestOf(parts: readonly (readonly [string, number])[]): readonly [string, number] {
  return parts.reduce((most, part) => (part[1] > most[1] ? part : most), ['', 0] as const);
}

function cores(of: number): string {
  return `${formatNumber(Math.ceil(of))} cores`;
}
