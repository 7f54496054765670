import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

export const root = join(import.meta.dirname, '../../..');

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  private: z.boolean().default(false),
});

/** A package that is published: a folder of `packages` whose manifest is not private. */
export interface PublishedPackage {
  readonly name: string;
  readonly version: string;
  /** The name of its folder, such as `event-log`. */
  readonly folder: string;
  /** Absolute. */
  readonly path: string;
}

/**
 * All published packages, by folder.
 * @throws ZodError when a manifest has no name or version.
 */
export function publishedPackages(): readonly PublishedPackage[] {
  const files = globSync('packages/*/package.json', { cwd: root }).sort();
  return files.flatMap((file) => {
    const path = join(root, dirname(file));
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(root, file), 'utf8')));
    const { name, version } = manifest;
    return manifest.private ? [] : [{ name, version, folder: basename(path), path }];
  });
}
