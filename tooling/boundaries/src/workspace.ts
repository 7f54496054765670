import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../../..');

/** The fields of a package.json that the boundary tests read. */
export interface Manifest {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
}

/** The manifests below a top folder, by folder name. */
export function readManifests(top: 'packages' | 'apps' | 'tooling'): ReadonlyMap<string, Manifest> {
  const folders = readdirSync(join(root, top)).filter((folder) =>
    existsSync(join(root, top, folder, 'package.json')),
  );
  return new Map(folders.map((folder) => [folder, readManifest(join(root, top, folder))]));
}

function readManifest(folder: string): Manifest {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return {
    name: folder,
    dependencies: keysOf(manifest, 'dependencies'),
    devDependencies: keysOf(manifest, 'devDependencies'),
  };
}

function keysOf(manifest: unknown, field: string): readonly string[] {
  if (typeof manifest !== 'object' || manifest === null) return [];
  const value: unknown = Reflect.get(manifest, field);
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}
