import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createRuntape, defineContract, defineWorkflow, RuntapeError } from '../src/index.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtape-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const greeting = defineContract({
  name: 'greet',
  input: z.object({ names: z.array(z.string()) }),
  result: z.object({ greeted: z.number() }),
  events: { greeted: z.object({ name: z.string() }) },
});

const greet = defineWorkflow({
  ...greeting,
  run: async (ctx, { names }) => {
    for (const name of names) await ctx.emit('greeted', { name });
    return { greeted: names.length };
  },
});

const store = (): string => join(folder, 'runtape.db');

describe('createRuntape', () => {
  test('G6: starts, runs and follows a workflow of its own in one file', async () => {
    await using runtape = createRuntape({ workflows: [greet], store: store() });
    await runtape.work();
    const run = await runtape.start('greet', { names: ['Ada', 'Grace'] });
    const names: string[] = [];
    for await (const event of run.events()) {
      if (event.type === 'greeted') names.push(event.data.name);
    }
    expect(run.created).toBe(true);
    expect(names).toEqual(['Ada', 'Grace']);
    expect(await run.result()).toEqual({ greeted: 2 });
  });

  test('G3: serves the API, and refuses unknown names and wrong inputs at once', async () => {
    await using runtape = createRuntape({ workflows: [greet], store: store() });
    const start = (body: object): Promise<Response> =>
      runtape.fetch(
        new Request('http://localhost/api/workflows', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      );
    const started = await start({ workflow: 'greet', input: { names: [] } });
    expect(started.status).toBe(201);
    const unknown = await start({ workflow: 'great', input: { names: [] } });
    expect(unknown.status).toBe(400);
    expect(await unknown.json()).toMatchObject({
      error: { code: 'unknown_workflow_name', message: expect.stringContaining('greet') },
    });
    const wrong = await start({ workflow: 'greet', input: { names: 'Ada' } });
    expect(await wrong.json()).toMatchObject({
      error: { code: 'invalid_input', message: expect.stringContaining('names') },
    });
  });

  test('a server that only knows the contract starts what a worker of another process runs', async () => {
    await using server = createRuntape({ workflows: [greeting], store: store() });
    const run = await server.start('greet', { names: ['Ada'] });
    await expect(server.work()).rejects.toMatchObject({ code: 'nothing_to_run' });
    await using worker = createRuntape({ workflows: [greet], store: store() });
    await worker.work();
    expect(await run.result()).toEqual({ greeted: 1 });
  });

  test('G3: wrong inputs in this process are refused with the path of what is wrong', async () => {
    await using runtape = createRuntape({ workflows: [greet], store: store() });
    // @ts-expect-error names is a list
    await expect(runtape.start('greet', { names: 7 })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('names'),
    });
    // @ts-expect-error no such workflow
    await expect(runtape.start('great', {})).rejects.toMatchObject({
      code: 'unknown_workflow_name',
    });
  });

  test('two workflows of one name are refused', () => {
    const workflows = [greet, { ...greet }];
    expect(() => createRuntape({ workflows, store: store() })).toThrow(/"greet"/);
  });

  test.each([
    [{ store: ' ' }, /store/],
    [{ basePath: 'runtape' }, /basePath/],
    [{ basePath: '/a b' }, /basePath/],
  ])('wrong options are named: %o', (wrong, named) => {
    const options = { workflows: [greet], store: store(), ...wrong };
    expect(() => createRuntape(options)).toThrow(named);
    expect(() => createRuntape(options)).toThrow(RuntapeError);
  });

  test('keeps workflows in an event log of your own, and leaves it open', async () => {
    const log = createMemoryEventLog({});
    {
      await using runtape = createRuntape({ workflows: [greet], store: { log } });
      await runtape.work();
      const run = await runtape.start('greet', { names: ['Ada'] });
      expect(await run.result()).toEqual({ greeted: 1 });
    }
    expect((await log.list({ limit: 1 })).workflows).toHaveLength(1);
    await log.close();
  });
});

describe('the store', () => {
  test('is opened by ready, whose error also reaches onError and clients', async () => {
    const errors: unknown[] = [];
    await using runtape = createRuntape({
      workflows: [greet],
      store: folder,
      onError: (error) => errors.push(error),
    });
    await expect(runtape.ready()).rejects.toMatchObject({ name: 'EventLogError' });
    expect(errors).toHaveLength(1);
    const response = await runtape.fetch(new Request('http://localhost/api/workflows'));
    expect(response.status).toBeGreaterThanOrEqual(500);
    await expect(runtape.work()).rejects.toMatchObject({ name: 'EventLogError' });
  });

  test('is opened again at the next use when it could not be opened', async () => {
    let opened = 0;
    await using runtape = createRuntape({
      workflows: [greet],
      store: async () => {
        opened += 1;
        if (opened === 1) throw new Error('not yet');
        return { log: createMemoryEventLog({}) };
      },
      onError: () => {},
    });
    await expect(runtape.ready()).rejects.toThrow('not yet');
    await runtape.ready();
    await runtape.ready();
    expect(opened).toBe(2);
  });
});

describe('close', () => {
  test('can be called twice, also when nothing was used, and nothing works after it', async () => {
    const runtape = createRuntape({ workflows: [greet], store: store() });
    await runtape.close();
    await runtape.close();
    await expect(runtape.ready()).rejects.toMatchObject({ code: 'closed' });
    await expect(runtape.work()).rejects.toMatchObject({ code: 'closed' });
  });

  test('hands over what runs, and the next process continues it', async () => {
    const begun = Promise.withResolvers<void>();
    const wait = (name: string, release: boolean) =>
      defineWorkflow({
        name,
        input: z.null(),
        result: z.string(),
        run: async (ctx) => {
          const kept = await ctx.step('first', () => Promise.resolve('kept'));
          begun.resolve();
          if (!release)
            await new Promise((_, reject) => ctx.signal.addEventListener('abort', reject));
          return kept;
        },
      });
    const first = createRuntape({ workflows: [wait('wait', false)], store: store() });
    await first.work();
    const { workflowId } = await first.start('wait', null);
    await begun.promise;
    await first.close({ graceMs: 0 });
    await using second = createRuntape({ workflows: [wait('wait', true)], store: store() });
    await second.work();
    expect(await second.run('wait', workflowId).result()).toBe('kept');
  });
});

describe('G4: authenticate', () => {
  const authenticate = (request: Request): { userId: string } | null => {
    const user = request.headers.get('x-user');
    if (user === 'broken') throw new Error('the session store is away');
    return user === null ? null : { userId: user };
  };
  const errors: unknown[] = [];
  const options = {
    workflows: [greet],
    authenticate,
    onError: (error: unknown) => void errors.push(error),
  } as const;
  const get = (user?: string): Request =>
    new Request('http://localhost/api/workflows', {
      headers: user === undefined ? {} : { 'x-user': user },
    });

  test('nobody signed in is refused, and everybody sees only their own', async () => {
    await using runtape = createRuntape({ ...options, store: store() });
    const { workflowId } = await runtape.start('greet', { names: [] }, { userId: 'ada' });
    expect((await runtape.fetch(get())).status).toBe(401);
    const mine = await (await runtape.fetch(get('ada'))).json();
    expect(mine).toMatchObject({ workflows: [{ workflowId }] });
    expect(await (await runtape.fetch(get('bob'))).json()).toMatchObject({ workflows: [] });
  });

  test('what it throws answers 503, reaches onError, and says nothing of itself to the client', async () => {
    await using runtape = createRuntape({ ...options, store: store() });
    errors.length = 0;
    const response = await runtape.fetch(get('broken'));
    const text = await response.text();
    expect(response.status).toBe(503);
    expect(text).toContain('authenticate_failed');
    expect(text).not.toContain('session store');
    expect(errors).toEqual([new Error('the session store is away')]);
  });
});

const late = defineWorkflow({ name: 'late', input: z.null(), run: async () => {} });

test('G4: a worker that starts while Runtape closes is refused, and does not outlive it', async () => {
  const runtape = createRuntape({ workflows: [late], store: { log: createMemoryEventLog({}) } });
  await runtape.ready();
  const outcome = Promise.allSettled([runtape.work(), runtape.close()]);
  expect(await outcome).toMatchObject([
    { status: 'rejected', reason: { code: 'closed' } },
    { status: 'fulfilled' },
  ]);
});
