import { type ProgramEnv, spawnRuntape } from '@runtape/e2e';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line and waits until it exits. */
export async function runtape(args: readonly string[], env: ProgramEnv = {}): Promise<CliResult> {
  await using process = spawnRuntape(args, env);
  const { code } = await process.exited;
  return { code, stdout: process.stdout, stderr: process.stderr };
}
