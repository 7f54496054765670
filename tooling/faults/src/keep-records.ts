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
    await writeFile(join(folder, `${name}.ndjson`), linesOf(items));
  }
  for (const [name, output] of outputs) {
    await writeFile(join(folder, `${name.replaceAll(' ', '-')}.txt`), output);
  }
}

/** One at a time: half an hour of records is more than fits in a string. */
function* linesOf(items: readonly unknown[]): Generator<string, void> {
  for (const item of items) yield `${JSON.stringify(item)}\n`;
}
