import { type ProgramEnv, spawnRuntape } from '@runtape/e2e';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line to its end. */
export async function runtape(args: readonly string[], env: ProgramEnv = {}): Promise<Ran> {
  await using process = spawnRuntape(args, env);
  const { code } = await process.exited;
  return { code, stdout: process.stdout, stderr: process.stderr };
}
