import { fork, type Serializable } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type BirpcReturn, createBirpc } from 'birpc';
import { endWithThisProcess, inheritedEnv } from '@runtape/e2e';
import { pin } from './pin.ts';

/** Above the time limit of any workload. */
const CALL_WITHIN_MS = 320_000;

/**
 * The functions of another process. A call rejects if the function fails, the process ends, or it
 * takes longer than 320 s.
 */
export type Remote<Functions extends object> = BirpcReturn<Functions>;

interface ChildOptions {
  /** The name for messages. */
  readonly name: string;
  /** The CPU that the process runs on; no other process of this bench uses it. Default: any. */
  readonly cpu: number | undefined;
}

/**
 * Starts a file of this folder's siblings, such as `targets/server-process.ts`, in a process of its
 * own.
 * @param started ends the process.
 */
export async function startChild<Functions extends object>(
  started: AsyncDisposableStack,
  file: string,
  { name, cpu }: ChildOptions,
): Promise<Remote<Functions>> {
  const child = fork(join(import.meta.dirname, '..', file), {
    // Standard output is reserved for the result.
    stdio: ['ignore', 2, 2, 'ipc'],
    execArgv: ['--expose-gc'],
    // Unlike JSON, it has NaN.
    serialization: 'advanced',
    env: { ...inheritedEnv(), NODE_ENV: 'production' },
  });
  const forget = endWithThisProcess(() => child.kill('SIGKILL'));
  const remote = createBirpc<Functions>(
    {},
    {
      post: (message: Serializable) => child.send(message),
      on: (receive) => child.on('message', receive),
      timeout: CALL_WITHIN_MS,
      onGeneralError: (error) => {
        throw new Error(`${name}: ${error.message}`, { cause: error });
      },
    },
  );
  const exit = once(child, 'exit');
  child.once('exit', (code, signal) => {
    forget();
    remote.$close(new Error(`the process ended (${String(code ?? signal)}).`));
  });
  started.defer(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started.`);
  if (cpu !== undefined) await pin(pid, cpu);
  return remote;
}
