import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RuntapeError } from '../errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface WatchOptions {
  /** Default: 4310, or the next free one. */
  readonly port?: string | undefined;
  /** The folder in which workflows are kept. */
  readonly folder: string;
}

/**
 * Runs the workflows of a file in a process that Node starts again when a module changes. Workflows
 * that run are handed over to the next process.
 * @returns the exit code.
 * @throws RuntapeError `invalid_option` when there is no such file, or the port is none.
 */
export async function watchFile(file: string, { port, folder }: WatchOptions): Promise<number> {
  const path = resolve(file);
  if (!existsSync(path)) {
    throw new RuntapeError('invalid_option', `There is no file ${path}. Name the file to run.`);
  }
  if (port !== undefined && !/^\d{1,5}$/.test(port)) {
    throw new RuntapeError('invalid_option', `--port takes a number, not "${port}".`);
  }
  const server = fileURLToPath(serverFile());
  const args = ['--watch', '--watch-preserve-output', ...typeStripping(), server];
  const child = spawn(process.execPath, [...args, path, resolve(folder), port ?? ''], {
    stdio: 'inherit',
  });
  const ended = Promise.withResolvers<number>();
  child.once('error', ended.reject);
  child.once('exit', (code) => ended.resolve(code ?? 0));
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, forward);
  try {
    return await ended.promise;
  } finally {
    for (const signal of SIGNALS) process.off(signal, forward);
  }
}

/** Node 22 reads TypeScript only when it is told to. */
function typeStripping(): readonly string[] {
  return process.features.typescript === false ? ['--experimental-strip-types'] : [];
}

/** TypeScript source in development, JavaScript when built. */
function serverFile(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./dev-server.ts', import.meta.url)
    : new URL('./dev-server.js', import.meta.url);
}
