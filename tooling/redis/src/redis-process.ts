import { spawnProcess } from '@runtape/e2e';
import type { SpawnedProcess } from '@runtape/e2e';
import { RedisToolingError } from './redis-tooling-error.ts';

const READY_WITHIN = 60_000;
const STOP_WITHIN = 20_000;

/** One running redis-server process, from its start to its end. */
export interface RedisProcess {
  readonly pid: number;
  /** Requests a shutdown, and kills it after 20 s. */
  end(): Promise<void>;
  kill(): Promise<void>;
}

/**
 * @param readyLine the output that shows it is ready.
 * @throws {RedisToolingError} `start_failed` if it ended or was not ready in 60 s, with its last
 *    output.
 */
export async function spawnRedis(
  path: string,
  args: readonly string[],
  readyLine = /Ready to accept connections/,
): Promise<RedisProcess> {
  const server = spawnProcess(path, args);
  const kill = async () => {
    await server[Symbol.asyncDispose]();
  };
  try {
    await server.waitForLine(readyLine, { timeout: READY_WITHIN });
  } catch (cause) {
    await kill();
    throw new RedisToolingError('start_failed', messageOf(cause), { cause });
  }
  return { pid: server.pid, kill, end: () => end(server) };
}

async function end(server: SpawnedProcess): Promise<void> {
  server.kill('SIGTERM');
  // A process frozen by SIGSTOP would not receive the request.
  server.kill('SIGCONT');
  const timer = setTimeout(() => server.kill('SIGKILL'), STOP_WITHIN);
  await server.exited;
  clearTimeout(timer);
  await server[Symbol.asyncDispose]();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
