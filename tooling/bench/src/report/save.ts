import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@runtape/e2e';
import type { Machine } from '../measure/machine.ts';
import { drawChart } from './draw-chart.ts';
import { formatMarkdown } from './format-table.ts';
import { putBetween } from './put-between.ts';
import type { Summary } from './result.ts';
import { updateScalingPage } from './scaling-page.ts';

const FORMAT_WITHIN_MS = 60_000;

export interface Measurements {
  readonly machine: Machine;
  readonly summaries: readonly Summary[];
}

/**
 * Saves the measurements: a chart and JSON per bench in `docs/benchmarks`, and its tables in
 * `docs/performance.md`, between `<!-- bench: NAME -->` and `<!-- end -->`. Then updates the
 * figures of `docs/scaling.md`.
 * @param root the folder of the repository.
 */
export async function save(root: string, { machine, summaries }: Measurements): Promise<void> {
  const folder = join(root, 'docs/benchmarks');
  const page = join(root, 'docs/performance.md');
  await mkdir(folder, { recursive: true });
  const measuredAt = new Date().toISOString().slice(0, 10);
  let text = await readFile(page, 'utf8');
  for (const bench of new Set(summaries.map((summary) => summary.bench))) {
    const own = summaries.filter((summary) => summary.bench === bench);
    const results = own.flatMap((summary) => summary.results);
    // Some benches run fewer rounds than requested, and some figures are measured once.
    const rounds = Math.max(...own.map((summary) => summary.rounds));
    const kept = { bench, measuredAt, machine, rounds, results };
    await writeFile(join(folder, `${bench}.json`), `${JSON.stringify(kept, null, 2)}\n`);
    await writeFile(join(folder, `${bench}.svg`), drawChart(own));
    const { cores, cpu, node, loadBefore, pinning } = machine;
    const head = `![The results as bars](benchmarks/${bench}.svg)\n\n${measuredAt}, ${cores} × ${cpu}, Node ${node}, rounds: ${rounds}, ${pinning}, load before ${loadBefore}. [JSON](benchmarks/${bench}.json)`;
    text = putBetween(text, bench, [head, ...own.map(formatMarkdown)].join('\n\n'));
  }
  await writeFile(page, text);
  const scaling = await updateScalingPage(root);
  const pages = scaling === null ? [page] : [page, scaling];
  await runCommand(join(root, 'node_modules/.bin/oxfmt'), [...pages, folder], {
    env: process.env,
    cwd: root,
    timeout: FORMAT_WITHIN_MS,
  });
}
