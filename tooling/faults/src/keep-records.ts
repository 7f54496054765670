import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes all records of a run for later analysis.
 * @param lists lists by name; each becomes a file with one JSON document per line.
 * @param outputs the output of the programs, by name.
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

/** One at a time: the records of half an hour do not fit into one string. */
function* linesOf(items: readonly unknown[]): Generator<string, void> {
  for (const item of items) yield `${JSON.stringify(item)}\n`;
}
