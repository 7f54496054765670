import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const files: Readonly<Record<string, string>> = {
  'src/backoff.ts': `/** Longest wait between two attempts. */
const maxDelayMs = 30_000;

export class Backoff {
  #attempt = 0;

  /** How long to wait before the next reconnect. */
  nextDelay(): number {
    this.#attempt += 1;
    return Math.min(maxDelayMs, 500 * 2 ** this.#attempt);
  }

  reset(): void {
    this.#attempt = 0;
  }
}
`,
  'src/connect.ts': `import { Backoff } from './backoff.ts';

export async function keepConnected(connect: () => Promise<void>): Promise<void> {
  const backoff = new Backoff();
  for (;;) {
    await connect();
    await wait(backoff.nextDelay());
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
`,
  'test/backoff.test.ts': `import { Backoff } from '../../src/demo-model/backoff.ts';

test('waits longer each time', () => {
  const backoff = new Backoff();
  expect(backoff.nextDelay()).toBeLessThan(backoff.nextDelay());
});
`,
  'README.md': `# Example\n\nReconnects for you.\n`,
  '.env': 'API_KEY=not-for-you\n',
};

/** A small repository in a temporary folder. Disposing it removes it. */
export async function sampleFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'runtape-demo-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
