import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { describe, expect, test } from 'vitest';

const KB = 1000;

interface Script {
  readonly name: string;
  readonly code: string;
}

interface Bundle {
  /** What the page loads at first. */
  readonly first: readonly Script[];
  /** What it loads later, and only where it is needed. */
  readonly later: readonly Script[];
  readonly worker: readonly Script[];
  /** The files of the sources of all of these. */
  readonly modules: readonly string[];
}

/** Bundles a script for production, as the application of a user does. */
async function bundle(entry: string): Promise<Bundle> {
  const root = join(import.meta.dirname, 'bundle');
  const input = join(root, entry);
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    root,
    worker: { format: 'es' },
    build: { write: false, rolldownOptions: { input, preserveEntrySignatures: 'strict' } },
  });
  const outputs = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
  const chunks = outputs.filter((output) => output.type === 'chunk');
  const entryChunk = chunks.find(({ isEntry }) => isEntry);
  const isFirst = ({ fileName }: { readonly fileName: string }): boolean =>
    fileName === entryChunk?.fileName || entryChunk?.imports.includes(fileName) === true;
  const script = ({ fileName, code }: { readonly fileName: string; readonly code: string }) => ({
    name: fileName,
    code,
  });
  return {
    first: chunks.filter(isFirst).map(script),
    later: chunks.filter((chunk) => !isFirst(chunk)).map(script),
    // The script of a worker is an asset.
    worker: outputs.flatMap((output) =>
      output.type === 'asset' && output.fileName.endsWith('.js')
        ? [{ name: output.fileName, code: String(output.source) }]
        : [],
    ),
    modules: chunks.flatMap(({ modules }) => Object.keys(modules)),
  };
}

/** The size of scripts as they are sent, in bytes. */
function gzipped(scripts: readonly Script[]): number {
  return scripts.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
}

function report(title: string, scripts: readonly Script[]): void {
  const names = scripts.map(({ name }) => name.replace(/^assets\//, '')).join(', ');
  // oxlint-disable-next-line no-console -- The sizes are what a reader of the test wants to know.
  console.info(`${title}: ${(gzipped(scripts) / KB).toFixed(1)} kB gzipped (${names})`);
}

describe('what a browser loads, minified and gzipped', () => {
  test('to start and follow workflows, is at most 25 kB', async () => {
    const { first, later } = await bundle('start-and-follow.ts');
    report('Start and follow', first);
    expect(gzipped(first)).toBeLessThanOrEqual(25 * KB);
    expect(later).toEqual([]);
  });

  test('to share a stream with all tabs, is at most 32 kB', async () => {
    const { first, later, worker } = await bundle('shared-tabs.ts');
    report('With a stream that all tabs share', first);
    report('Later, where there is no SharedWorker', later);
    report('The SharedWorker', worker);
    expect(gzipped(first)).toBeLessThanOrEqual(32 * KB);
    expect(worker).toHaveLength(1);
  });

  test.for(['start-and-follow.ts', 'shared-tabs.ts'])(
    'has neither the server nor schemas nor what other runtimes need (%s)',
    async (entry) => {
      const { modules } = await bundle(entry);
      expect(modules.length).toBeGreaterThan(20);
      const unwanted =
        /node_modules\/(zod|superjson|eventsource|hono)\/|packages\/(server|engine)\//;
      expect(modules.filter((module) => unwanted.test(module))).toEqual([]);
    },
  );

  test('never makes code from text, which a content security policy refuses', async () => {
    const { first, later, worker } = await bundle('shared-tabs.ts');
    for (const { code } of [...first, ...later, ...worker]) {
      expect(code).not.toMatch(/\beval\s*\(|\bFunction\s*\(/);
    }
  });
});
