import { randomInt } from 'node:crypto';
import { keepRecords } from './keep-records.ts';
import { runTool } from '@runtape/e2e';
import { help, type Options, readOptions } from './options.ts';
import { formatReport, listProblems } from './report.ts';
import { runFaults } from './run-faults.ts';

const MINUTE_MS = 60_000;
const MAX_DRAWN_SEED = 1_000_000;

await runTool(async () => {
  const options = readOptions(process.argv.slice(2), () => randomInt(MAX_DRAWN_SEED));
  if (options === 'help') console.log(help);
  else await main(options);
});

async function main(options: Options): Promise<void> {
  const { seed, minutes, store, kinds, keep } = options;
  console.error(`Seed ${seed}.`);
  const result = await runFaults({
    seed,
    store,
    kinds,
    durationMs: minutes * MINUTE_MS,
    report: (message) => console.error(message),
    // Ctrl-C ends this process, and with it all that it started.
    signal: new AbortController().signal,
  });
  const problems = listProblems(result);
  for (const problem of problems) console.error(problem);
  console.log(formatReport(result, { seed, store, minutes }));
  process.exitCode = problems.length === 0 ? 0 : 1;
  if (keep === undefined) return;
  const { records, verdict, outputs } = result;
  const { violations, notices } = verdict;
  await keepRecords(keep, { ...records, violations, notices }, outputs);
}
