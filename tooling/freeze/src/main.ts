import { runTool } from '@runtape/e2e';
import { help, readOptions } from './options.ts';
import { formatTable, problemOf } from './report.ts';
import { runAttacks } from './run-attacks.ts';

await runTool(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(help);
  } else {
    const { limitMs, json } = options;
    const outcomes = await runAttacks({
      ...options,
      onProgress: (message) => console.error(message),
    });
    console.log(json ? JSON.stringify(outcomes, null, 2) : formatTable(outcomes));
    const problems = outcomes.flatMap((outcome) => problemOf(outcome, limitMs) ?? []);
    for (const problem of problems) console.error(problem);
    process.exitCode = problems.length === 0 ? 0 : 1;
  }
});
