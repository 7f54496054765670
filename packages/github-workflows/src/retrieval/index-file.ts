import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { yieldToEventLoop } from '@runtape/async';
import { z } from 'zod';
import { hasCode } from '../repository/system-error.ts';
import { PassageIndex } from './passage-index.ts';

/** Increment it when older indexes no longer fit, e.g. after a change of the tokenizer. */
const VERSION = 1;
/** Far above the size of any index, so that a foreign file cannot fill the memory. */
const MAX_CONTENT_BYTES = 256 * 2 ** 20;
const MAX_LINES = 100_000;
const NEWLINE = 10;
export const UNFINISHED = 'unfinished-';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

const headerSchema = z.object({
  format: z.literal('runtape-index'),
  version: z.number(),
  state: z.string(),
  lines: z.int(),
  files: z.int(),
});

/** An index and the number of its files. */
export interface IndexedFiles {
  readonly index: PassageIndex;
  readonly files: number;
}

/** The content of an index file: the requested index, nothing useful, or damaged data. */
export type StoredIndex =
  | { readonly kind: 'found'; readonly indexed: IndexedFiles }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly cause: unknown };

/**
 * Reads an index.
 * @param state the state of the files it must match; another state or version counts as absent.
 */
export async function readIndexFile(file: string, state: string): Promise<StoredIndex> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    return hasCode(cause, 'ENOENT') ? { kind: 'absent' } : { kind: 'damaged', cause };
  }
  try {
    const content = await decompress(bytes, { maxOutputLength: MAX_CONTENT_BYTES });
    const lines = linesIn(content);
    const [first] = lines;
    const header = headerSchema.parse(JSON.parse(first?.() ?? ''));
    if (header.version !== VERSION || header.state !== state) return { kind: 'absent' };
    if (header.lines !== lines.length - 1)
      throw new Error('The number of lines differs from the header.');
    const index = await PassageIndex.read(lines.slice(1));
    return { kind: 'found', indexed: { index, files: header.files } };
  } catch (cause) {
    return { kind: 'damaged', cause };
  }
}

/** The lines of a file, each decoded on demand, because decoding all at once would take long. */
function linesIn(content: Buffer): (() => string)[] {
  const lines: (() => string)[] = [];
  let start = 0;
  do {
    if (lines.length > MAX_LINES) throw new Error('It has more lines than an index.');
    const from = start;
    const newline = content.indexOf(NEWLINE, from);
    const to = newline === -1 ? content.length : newline;
    lines.push(() => content.toString('utf8', from, to));
    start = to + 1;
  } while (start <= content.length);
  return lines;
}

/**
 * Writes an index atomically.
 * @returns its size in bytes; nothing is written above `maxBytes`.
 * @throws system errors.
 */
export async function writeIndexFile(
  file: string,
  state: string,
  { index, files }: IndexedFiles,
  maxBytes: number,
): Promise<number> {
  const lines: Buffer[] = [];
  for (const pair of index.write()) {
    lines.push(...pair.map((line) => Buffer.from(`\n${line}`)));
    await yieldToEventLoop();
  }
  const head = { format: 'runtape-index', version: VERSION, state, lines: lines.length, files };
  const bytes = await compress(Buffer.concat([Buffer.from(JSON.stringify(head)), ...lines]));
  if (bytes.length > maxBytes) return bytes.length;
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  const draft = await mkdtemp(join(folder, UNFINISHED));
  try {
    await writeFile(join(draft, 'index'), bytes);
    await rename(join(draft, 'index'), file);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return bytes.length;
}
