import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { endWithThisProcess } from '@runtape/e2e';
import { z } from 'zod';
import { BenchError } from '../bench-error.ts';
import { pin } from './pin.ts';

const DEFAULT_TIMEOUT_MS = 300_000;
/**
 * The environment variables that a child process gets: enough to find programs and folders, but no
 * configuration.
 */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'XDG_CACHE_HOME'];
const replySchema = z.object({
  id: z.number(),
  result: z.unknown().optional(),
  error: z.string().optional(),
});

/** A process of a bench, which answers calls. Disposing of it ends it. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  /**
   * Calls a function in the process.
   * @param options.timeoutMs Default: 300,000.
   * @throws {BenchError} `peer_failed` if it fails, ends, or takes longer.
   */
  call<Schema extends z.ZodType>(
    name: string,
    argument: unknown,
    schema: Schema,
    options?: { timeoutMs?: number },
  ): Promise<z.output<Schema>>;
}

export interface ChildOptions {
  /** The name for messages. */
  readonly name: string;
  /** The CPU that the process runs on; no other process of this bench uses it. Default: any. */
  readonly cpu?: number | undefined;
  /** Default: none. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/**
 * Starts a file of this folder's siblings, such as `subjects/server-process.ts`, in a process of
 * its own.
 */
export async function startChild(file: string, options: ChildOptions): Promise<Child> {
  const { name, cpu, env } = options;
  const passedOn = PASSED_ON.map((key) => [key, process.env[key]] as const);
  const child = fork(join(import.meta.dirname, '..', file), {
    // Standard output is reserved for the result.
    stdio: ['ignore', 2, 2, 'ipc'],
    execArgv: ['--expose-gc'],
    env: {
      ...Object.fromEntries<string | undefined>(passedOn),
      NODE_ENV: 'production',
      ...env,
    },
  });
  const forget = endWithThisProcess(() => child.kill('SIGKILL'));
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  child.on('message', (message) => {
    const { id, result, error } = replySchema.parse(message);
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new BenchError('peer_failed', `${name}: ${error}`));
  });
  const exit = once(child, 'exit');
  child.once('exit', (code, signal) => {
    forget();
    const end = new BenchError('peer_failed', `${name} ended (${String(code ?? signal)}).`);
    for (const call of waiting.values()) call.reject(end);
    waiting.clear();
  });
  const { pid } = child;
  if (pid === undefined) throw new BenchError('peer_failed', `${name} could not be started.`);
  if (cpu !== undefined) await pin(pid, cpu);
  let calls = 0;
  return {
    pid,
    call: async (called, argument, schema, { timeoutMs = DEFAULT_TIMEOUT_MS } = {}) => {
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new BenchError('peer_failed', `${name} has ended.`);
      }
      calls += 1;
      const id = calls;
      const reply = Promise.withResolvers<unknown>();
      waiting.set(id, reply);
      child.send({ id, name: called, argument });
      const late = setTimeout(() => {
        waiting.delete(id);
        const message = `${name} did not do "${called}" within ${timeoutMs} ms.`;
        reply.reject(new BenchError('peer_failed', message));
      }, timeoutMs);
      try {
        return schema.parse(await reply.promise);
      } finally {
        clearTimeout(late);
      }
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
