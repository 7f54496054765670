import { dirname } from 'node:path';
import type { Import } from './import-graph.ts';

/** The folders of one package, and its files outside of them. */
export interface Folders {
  /**
   * Paths below `src`, from top to bottom: a file imports only from its own folder and those below.
   */
  readonly order: readonly string[];
  /** Files above all folders. */
  readonly top: readonly string[];
}

/** Packages whose folders have an order. */
export const folders: Readonly<Record<string, Folders>> = {
  client: {
    top: ['index.ts', 'internals.ts', 'runtape-client.ts'],
    order: ['run', 'follow', 'reconnect', 'transport'],
  },
  'client-tabs': {
    top: ['index.ts', 'shared-worker.ts'],
    order: ['tab', 'ports', 'host', 'protocol'],
  },
  server: {
    top: ['index.ts', 'create-api.ts', 'create-app.ts'],
    order: [
      'trpc',
      'operations',
      'plugins',
      'http/openapi',
      'http',
      'http/formats',
      'multiplexed',
      'threads',
      'broadcast',
      'read',
      'read/snapshots',
      'start',
      'accounts',
      'limits',
      'metrics',
      'errors',
    ],
  },
};

/**
 * Imports from a folder to one above it. Without them there are no cycles between folders either.
 * @param imports only those within `packages/<name>/src` count.
 */
export function findUpwardImports(
  name: string,
  { order }: Folders,
  imports: readonly Pick<Import, 'from' | 'to'>[],
): readonly string[] {
  const src = `packages/${name}/src/`;
  const rankOf = (path: string): number => order.indexOf(dirname(path.slice(src.length)));
  return imports.flatMap(({ from, to }) => {
    const isInside = from.startsWith(src) && to.startsWith(src);
    return isInside && rankOf(to) < rankOf(from) ? [`${from} → ${to}`] : [];
  });
}

/** Files of a package that belong to no folder of the table. */
export function findLooseFiles(
  name: string,
  { order, top }: Folders,
  files: readonly string[],
): readonly string[] {
  const src = `packages/${name}/src/`;
  return files.filter((file) => {
    const path = file.slice(src.length);
    return file.startsWith(src) && !top.includes(path) && !order.includes(dirname(path));
  });
}
