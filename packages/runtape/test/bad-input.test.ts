import { spawnSync } from 'node:child_process';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { checkNode } from '../src/check-node.ts';
import { createRuntape, defineWorkflow } from '../src/index.ts';

test.each(['18.20.4', '20.18.0', '22.12.0'])(
  'Node %s is too old, and the message says so',
  (old) => {
    expect(() => checkNode(old)).toThrow(expect.objectContaining({ code: 'node_too_old' }));
    expect(() => checkNode(old)).toThrow(/Node 22\.13/);
  },
);

test.each(['22.13.0', '24.0.0', undefined])('Node %s is new enough', (version) => {
  expect(() => checkNode(version)).not.toThrow();
});

test('a Redis without its packages names the command that installs them', () => {
  const script = `
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve: (specifier, context, next) => {
        if (specifier !== 'ioredis') return next(specifier, context);
        throw Object.assign(new Error("Cannot find package 'ioredis'"), { code: 'ERR_MODULE_NOT_FOUND' });
      },
    });
    const { createRuntape } = await import(${JSON.stringify(new URL('../src/index.ts', import.meta.url))});
    const runtape = createRuntape({ workflows: [], store: 'redis://127.0.0.1:1', onError: () => {} });
    await runtape.ready().catch((error) => console.log(error.code, error.message));
    await runtape.close();
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(stdout).toBe(
    'redis_not_installed A store in Redis needs two more packages. Install them: npm install ioredis bullmq\n',
  );
});

const contract = { name: 'measure', result: z.number() } as const;

test('a workflow whose definition has changed its input fails with what does not fit', async () => {
  const log = createMemoryEventLog({});
  const before = defineWorkflow({
    ...contract,
    input: z.object({ text: z.string() }),
    run: async (_ctx, { text }) => text.length,
  });
  const after = defineWorkflow({
    ...contract,
    input: z.object({ lines: z.array(z.string()) }),
    run: async (_ctx, { lines }) => lines.length,
  });
  await using old = createRuntape({ workflows: [before], store: { log } });
  const { workflowId } = await old.start('measure', { text: 'four' });
  await using runtape = createRuntape({ workflows: [after], store: { log }, onError: () => {} });
  await runtape.work();
  await expect(runtape.run('measure', workflowId).result()).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringMatching(/measure.*lines/),
  });
});

test('a workflow that no definition here knows waits for a worker that has it', async () => {
  const log = createMemoryEventLog({});
  const measure = defineWorkflow({ ...contract, input: z.null(), run: async () => 1 });
  const other = defineWorkflow({ ...contract, name: 'other', input: z.null(), run: async () => 2 });
  await using newer = createRuntape({ workflows: [measure], store: { log } });
  const waiting = await newer.start('measure', null);
  await using runtape = createRuntape({ workflows: [other], store: { log } });
  await runtape.work();
  expect(await (await runtape.start('other', null)).result()).toBe(2);
  const { workflows } = await log.list({ limit: 10, status: ['queued'] });
  expect(workflows).toMatchObject([{ workflowId: waiting.workflowId, workflow: 'measure' }]);
  await newer.work();
  expect(await waiting.result()).toBe(1);
});

test('what a failing workflow throws is printed, unless onError takes it', async () => {
  const printed = vi.spyOn(console, 'error').mockReturnValue();
  const thrown = new Error('the address book is empty');
  const failing = defineWorkflow({
    ...contract,
    input: z.null(),
    run: async () => {
      throw thrown;
    },
  });
  await using runtape = createRuntape({
    workflows: [failing],
    store: { log: createMemoryEventLog({}) },
  });
  await runtape.work();
  const run = await runtape.start('measure', null);
  await expect(run.result()).rejects.toMatchObject({ code: 'internal_error' });
  await vi.waitFor(() => expect(printed).toHaveBeenCalled());
  expect(printed.mock.calls).toEqual([[`Runtape, ${run.workflowId}:`, thrown]]);
  printed.mockRestore();
});
