import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EventSource } from 'eventsource';
import { expect, test, vi } from 'vitest';
import { createRuntapeClient } from '../src/client.ts';

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

/** A workflow that waits between two steps, and ends with the given word. */
const source = (word: string): string => `
import { defineWorkflow } from 'runtape';
import { z } from 'zod';
export const feed = defineWorkflow({
  name: 'feed',
  input: z.object({ waits: z.boolean() }),
  events: { item: z.object({ title: z.string() }) },
  run: async (ctx, { waits }) => {
    await ctx.step('first', async () => {
      await ctx.emit('item', { title: 'one' });
    });
    if (waits && '${word}' === 'before') {
      await new Promise((_, reject) => ctx.signal.addEventListener('abort', reject));
    }
    return '${word}';
  },
});
`;

/** In the package, so that the file finds \`runtape\` as one in a user's project does. */
async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(import.meta.dirname, '.dev-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function startDev(folder: string, ...args: string[]) {
  const child = spawn(process.execPath, [main, 'dev', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const exited = once(child, 'exit');
  return {
    printed: () => printed,
    urls: () => [...printed.matchAll(/Ready at (\S+)/g)].map(([, url = '']) => url),
    exited,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

test('G6: runs a file, and goes on with what runs when the file changes', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'feed.ts');
    await writeFile(file, source('before'));
    await using dev = startDev(folder, 'feed.ts');
    await vi.waitFor(() => expect(dev.urls()).toHaveLength(1));
    expect(dev.printed()).toMatch(
      /^(?:The page is not built; only the API is served\.\n)?Runtape runs feed\. Ready at \S+\n$/,
    );
    const [url = ''] = dev.urls();
    const client = createRuntapeClient({ url, EventSource });
    const run = await client.start('feed', { waits: true });
    for await (const event of run.events()) {
      const type: string = event.type;
      if (type === 'item') break;
    }
    await writeFile(file, source('after'));
    await vi.waitFor(() => expect(dev.urls()).toHaveLength(2));
    const [, next = ''] = dev.urls();
    const later = createRuntapeClient({ url: next, EventSource });
    expect(await later.run(run.workflowId).result()).toBe('after');
    const definitions = await (await fetch(`${next}/api/definitions`)).json();
    expect(definitions).toMatchObject([{ name: 'feed', events: ['item'] }]);
    expect(await readFile(join(folder, '.runtape/.gitignore'), 'utf8')).toBe('*\n');
    await client.close();
    await later.close();
  });
});

test('a file without a workflow, and one that is missing, are named', async () => {
  await inFolder(async (folder) => {
    await using missing = startDev(folder, 'none.ts');
    await missing.exited;
    expect(missing.printed()).toMatch(/There is no file .*none\.ts/);
    await writeFile(join(folder, 'empty.ts'), 'export const nothing = 1;\n');
    await using empty = startDev(folder, 'empty.ts');
    await vi.waitFor(() => expect(empty.printed()).toContain('exports no workflow'));
  });
});
