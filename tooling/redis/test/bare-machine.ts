import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOnPath } from '@runtape/e2e';

/**
 * A simulated machine: a PATH and a cache folder, with real programs that a test adds.
 */
export interface BareMachine extends AsyncDisposable {
  readonly folder: string;
  readonly bin: string;
  readonly env: NodeJS.ProcessEnv;
  /** Adds a shell script to PATH (or elsewhere, with an absolute name) and returns its path. */
  add(name: string, script: string): Promise<string>;
  /** Adds programs of the real machine to PATH. */
  link(...names: string[]): Promise<void>;
  /** The lines that the scripts appended to `$LOG`. */
  log(): Promise<string[]>;
}

export async function bareMachine(): Promise<BareMachine> {
  const folder = await mkdtemp(join(tmpdir(), 'runtape-bare-machine-'));
  const bin = join(folder, 'bin');
  const log = join(folder, 'log');
  await mkdir(bin);
  await writeFile(log, '');
  return {
    folder,
    bin,
    env: { PATH: bin, XDG_CACHE_HOME: join(folder, 'cache'), LOG: log },
    async add(name, script) {
      const path = name.startsWith('/') ? name : join(bin, name);
      await writeFile(path, `#!/bin/sh\n${script}\n`);
      await chmod(path, 0o755);
      return path;
    },
    async link(...names) {
      for (const name of names) {
        await symlink((await findOnPath(name, process.env)) ?? '', join(bin, name));
      }
    },
    async log() {
      return (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '');
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A script that answers `--version` like a server of that version. */
export function serverScript(version: string, name: 'Redis' | 'Valkey' = 'Redis'): string {
  return `echo "${name} server v=${version} sha=00000000:0 bits=64"`;
}
