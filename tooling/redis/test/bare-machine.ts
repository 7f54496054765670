import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOnPath } from '@runtape/e2e';

/**
 * A machine of which only PATH and the cache folder matter, with real programs put there by a test.
 */
export interface BareMachine extends AsyncDisposable {
  readonly folder: string;
  readonly bin: string;
  readonly env: NodeJS.ProcessEnv;
  /** Adds a shell script to PATH (or elsewhere, with an absolute name) and returns its path. */
  add(name: string, script: string): Promise<string>;
  /** Puts programs of the real machine on PATH. */
  link(...names: string[]): Promise<void>;
  /** What the scripts appended to `$LOG`, line by line. */
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

/** A script that answers `--version` as a server of that version does. */
export function serverScript(version: string, name: 'Redis' | 'Valkey' = 'Redis'): string {
  return `echo "${name} server v=${version} sha=00000000:0 bits=64"`;
}
