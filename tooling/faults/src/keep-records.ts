import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult } from './run-faults.ts';

/** Writes all that is known of a run, one JSON document a line, to look into what went wrong. */
export async function keepRecords(
  folder: string,
  { records, verdict, outputs }: RunResult,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const lists = { ...records, violations: verdict.violations, notices: verdict.notices };
  for (const [name, items] of Object.entries(lists)) {
    const lines = items.map((item) => `${JSON.stringify(item)}\n`);
    await writeFile(join(folder, `${name}.ndjson`), lines.join(''));
  }
  for (const [name, output] of outputs) {
    await writeFile(join(folder, `${name.replaceAll(' ', '-')}.txt`), output);
  }
}
