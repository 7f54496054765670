import { globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import type { PublishedPackage } from './published-packages.ts';

const sourceMapSchema = z.looseObject({ sources: z.array(z.string()) });

/**
 * Moves compiled sources into the `dist` of their package. The source maps refer to the `src`
 * beside it, because both are published.
 * @param output the compiled sources of the package.
 * @returns the number of modules.
 */
export function placeOutput(output: string, { path }: PublishedPackage): number {
  const dist = join(path, 'dist');
  for (const map of globSync('**/*.map', { cwd: output })) {
    const file = join(output, map);
    const { sources, ...rest } = sourceMapSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const moved = sources.map((source) => {
      const absolute = resolve(dirname(file), source);
      return relative(dirname(join(dist, map)), absolute).replaceAll(sep, '/');
    });
    writeFileSync(file, JSON.stringify({ ...rest, sources: moved }));
  }
  rmSync(dist, { recursive: true, force: true });
  renameSync(output, dist);
  return globSync('**/*.js', { cwd: dist }).length;
}
