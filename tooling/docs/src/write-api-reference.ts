import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Application } from 'typedoc';
import { z } from 'zod';
import { root } from './paths.ts';

const manifestSchema = z.object({
  name: z.string(),
  private: z.boolean().default(false),
  exports: z.record(z.string(), z.unknown()).default({}),
});

/** Entry points that only other packages of this repository use. */
const INTERNAL = ['./internals'];

/** An entry point of a published package. */
interface EntryPoint {
  /** What people import, such as `@runtape/engine/bullmq`. */
  readonly name: string;
  readonly file: string;
}

/**
 * Writes a page for each entry point of the published packages, from the docstrings.
 * @param folder where the pages go
 * @returns the names of the entry points, in alphabetical order
 * @throws Error when TypeDoc cannot read the packages
 */
export async function writeApiReference(folder: string): Promise<readonly string[]> {
  const entryPoints = findEntryPoints();
  const app = await Application.bootstrapWithPlugins({
    options: join(import.meta.dirname, '../typedoc.json'),
    tsconfig: join(root, 'tsconfig.json'),
    entryPoints: entryPoints.map(({ file }) => file),
    outputs: [{ name: 'markdown', path: folder }],
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('TypeDoc could not read the packages.');
  const names = new Map(entryPoints.map(({ name, file }) => [modulePath(file), name]));
  for (const module of project.children ?? []) {
    module.name = names.get(module.name) ?? module.name;
  }
  await app.generateOutputs(project);
  return entryPoints.map(({ name }) => name);
}

function findEntryPoints(): readonly EntryPoint[] {
  const files = globSync('packages/*/package.json', { cwd: root }).sort();
  return files.flatMap((file) => {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(root, file), 'utf8')));
    if (manifest.private) return [];
    return Object.entries(manifest.exports).flatMap(([subpath, target]) =>
      typeof target === 'string' && /\.tsx?$/.test(target) && !INTERNAL.includes(subpath)
        ? [{ name: join(manifest.name, subpath), file: join(root, dirname(file), target) }]
        : [],
    );
  });
}

/** The name that TypeDoc gives to the module of a file, such as `engine/src/bullmq`. */
function modulePath(file: string): string {
  return file
    .slice(join(root, 'packages/').length)
    .replace(/\.tsx?$/, '')
    .replace(/\/index$/, '');
}
