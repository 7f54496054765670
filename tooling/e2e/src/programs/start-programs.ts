import { join } from 'node:path';
import { type SpawnedProcess, spawnProgram } from '../processes/spawn-process.ts';

const apps = join(import.meta.dirname, '../../../../apps');

/** Environment variables of a program under test. */
export type ProgramEnv = Readonly<Record<string, string>>;

/** The server as `pnpm start` runs it, ready to answer. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly process: SpawnedProcess;
}

/** Starts the server without waiting until it is ready. */
export function spawnServer(env: ProgramEnv, args: readonly string[] = []): SpawnedProcess {
  return spawnProgram(join(apps, 'server/src/main.ts'), args, { env });
}

/** Starts a worker without waiting until it is ready. */
export function spawnWorker(env: ProgramEnv, args: readonly string[] = []): SpawnedProcess {
  return spawnProgram(join(apps, 'worker/src/main.ts'), args, { env });
}

/**
 * Starts the server and waits until it reports that it is ready.
 * @throws {E2eToolingError} `line_not_seen`, `program_ended`.
 */
export async function startServerProcess(env: ProgramEnv): Promise<ServerProcess> {
  const process = spawnServer(env);
  const [, url = ''] = await process.waitForLine(/^Runtape is ready at (http:\S+)$/);
  return { url, process, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
}

/**
 * Starts a worker and waits until it reports that it is ready.
 * @throws {E2eToolingError} `line_not_seen`, `program_ended`.
 */
export async function startWorkerProcess(env: ProgramEnv): Promise<SpawnedProcess> {
  const process = spawnWorker(env);
  await process.waitForLine(/^Runtape worker is ready/);
  return process;
}

/** Starts the command line as `pnpm runtape` does. */
export function spawnRuntape(args: readonly string[], env: ProgramEnv): SpawnedProcess {
  return spawnProgram(join(apps, 'cli/src/main.ts'), args, { env });
}
