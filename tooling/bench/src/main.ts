import { join } from 'node:path';
import { runTool } from '@runtape/e2e';
import { help, readOptions } from './options.ts';
import { formatTable } from './report/format-table.ts';
import type { Result } from './report/result.ts';
import { save } from './report/save.ts';
import { runBenches, type Report } from './run-benches.ts';

const root = join(import.meta.dirname, '../../..');

await runTool(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(help);
  } else {
    const report = await runBenches(
      options,
      (message) => console.error(message),
      async (machine, summaries) => {
        if (options.save) await save(root, { machine, summaries });
      },
    );
    console.log(options.json ? JSON.stringify(jsonOf(report), null, 2) : textOf(report));
    for (const { bench, message } of report.problems) console.error(`${bench}: ${message}`);
    process.exitCode = report.problems.length === 0 ? 0 : 1;
  }
});

function jsonOf({ machine, summaries }: Report) {
  const results = summaries.flatMap((summary) =>
    summary.results.map(({ bench, name, value, unit, limit, ratio, goal, ok }): Result => ({
      bench,
      name,
      value,
      unit,
      limit,
      ratio,
      goal,
      ok,
    })),
  );
  return { machine, results };
}

function textOf({ machine, summaries }: Report): string {
  const { cpu, cores, memoryGib, system, node, pinning, loadBefore } = machine;
  const head = `${cores} × ${cpu}, ${memoryGib} GiB, ${system}, Node ${node}; ${pinning}; load before: ${loadBefore}`;
  return [head, ...summaries.map(formatTable)].join('\n\n');
}
