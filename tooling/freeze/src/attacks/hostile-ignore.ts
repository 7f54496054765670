import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attack } from '../attack.ts';
import { count, start } from '../send.ts';
import type { AttackedServer } from '../attacked-server.ts';
import { waitForEnd } from '../wait-for-end.ts';

const FILES = 2000;
const MAX_PATH = 3800;

/** Folders that take long to list, because each path is matched against each pattern. */
export const hostileIgnore: Attack = {
  name: 'hostile-ignore',
  summary: 'a folder with 100 KB of .gitignore, and one that is 1,800 folders deep',
  prepare: async (attacked) => {
    const { patterns, deep } = foldersOf(attacked);
    await mkdir(patterns, { recursive: true });
    const ignored = Array.from({ length: 12_000 }, (_, n) => `*x${n.toString(36)}*y`).join('\n');
    await writeFile(join(patterns, '.gitignore'), ignored.slice(0, 100_000));
    const bottom = join(deep, 'a/'.repeat((MAX_PATH - deep.length) / 2));
    await mkdir(bottom, { recursive: true });
    for (let n = 0; n < attacked.sized(FILES); n += 1) {
      await writeFile(join(patterns, `file${n}.ts`), 'export {};');
      await writeFile(join(bottom, `f${n}.ts`), 'export {};');
    }
  },
  attack: async (attacked) => {
    const { patterns, deep } = foldersOf(attacked);
    const ids = await Promise.all(
      [patterns, deep].map((path) =>
        start(attacked, 'askRepository', { question: 'What?', target: { kind: 'local', path } }),
      ),
    );
    return count(await Promise.all(ids.map((id) => waitForEnd(attacked, id))));
  },
};

function foldersOf({ folder }: AttackedServer) {
  return { patterns: join(folder, 'patterns'), deep: join(folder, 'deep') };
}
