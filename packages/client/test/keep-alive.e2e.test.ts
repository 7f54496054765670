import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually, startServer } from '@runtape/loopback';
import { memoryStore } from './stores.ts';
import { TestLog } from '@runtape/testing';

const program = join(import.meta.dirname, 'follow-in-a-process.ts');

test('B4: a Node process that follows a workflow lives until it ends, even while no server is reachable', async () => {
  await using store = await memoryStore();
  const log = await store.open();
  const first = await startServer({ log });
  const testLog = await TestLog.create(log);
  await testLog.status('one');
  const child = spawn(process.execPath, [program, first.url, testLog.workflowId], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const times = (line: string) => printed.split('\n').filter((said) => said === line).length;
    await eventually(() => expect(times('status')).toBe(1));
    await first.kill();
    await eventually(() => expect(times('reconnecting')).toBeGreaterThan(3));
    expect(child.exitCode).toBeNull();
    await using second = await startServer({ log, port: first.port });
    await testLog.complete();
    expect(await exited).toEqual([0, null]);
    expect(times('workflow:completed')).toBe(1);
    expect(times('status')).toBe(1);
    expect(printed.endsWith('ended\ndone\n')).toBe(true);
    expect(second.fanOut.tailCount).toBe(0);
  } finally {
    child.kill();
  }
});
