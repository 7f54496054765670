import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadAnalyzer } from './analyze-regex.ts';
import { checkRegexes } from './check-regexes.ts';
import { collectRegexes } from './collect-regexes.ts';
import { allowedDynamicRegexes } from './dynamic-regexes.ts';
import { readLinear, writeLinear } from './linear-regexes.ts';
import { sourceFiles } from './source-files.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const { values } = parseArgs({
  options: {
    // Analyses all patterns again.
    all: { type: 'boolean', default: false },
    // Saves the linear patterns, so that the next run need not analyse them.
    write: { type: 'boolean', default: false },
  },
});

const files = sourceFiles(root);
const reading = files.map(async (file) =>
  collectRegexes(file, await readFile(join(root, file), 'utf8')),
);
const found = await Promise.all(reading);
const { problems, linear, analyzed } = checkRegexes({
  found,
  analyze: await loadAnalyzer(),
  linear: values.all ? new Set() : await readLinear(),
  allowedDynamic: allowedDynamicRegexes,
});

for (const problem of problems) console.error(`${problem}\n`);
const count = found.reduce((sum, { known, dynamic }) => sum + known.length + dynamic.length, 0);
console.log(`${count} regular expressions in ${files.length} files, ${problems.length} problems.`);
if (values.write) await writeLinear(linear);
else if (analyzed > 0)
  console.log(`${analyzed} are new. Spare the next run their analysis: pnpm regexes --write`);
if (problems.length > 0) process.exitCode = 1;
