import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes all that is known of a run, to look into what went wrong.
 * @param lists by name, each to a file of its own with one JSON document a line.
 * @param outputs what the programs wrote, by name.
 */
export async function keepRecords(
  folder: string,
  lists: Readonly<Record<string, readonly unknown[]>>,
  outputs: ReadonlyMap<string, string>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
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
