import { beforeAll, describe, expect, test } from 'vitest';
import { findLooseFiles, findUpwardImports, folders } from '../src/folders.ts';
import { type Import, readImportGraph } from '../src/import-graph.ts';
import { layers, vendors, webStandard } from '../src/layers.ts';
import { readManifests, root } from '../src/workspace.ts';

const packages = readManifests('packages');
const apps = readManifests('apps');
const tools = new Set(readManifests('tooling').keys());
let imports: readonly Import[] = [];

beforeAll(async () => {
  imports = await readImportGraph(root);
});

/** `packages/engine/src/start/index.ts` → `engine`. */
const packageOf = (path: string): string | undefined => /^packages\/([^/]+)\//.exec(path)?.[1];
/** `@runtape/engine/start` → `engine/start`. */
const workspaceName = (specifier: string): string | undefined =>
  /^@runtape\/(.+)$/.exec(specifier)?.[1];
const importsOf = (name: string): readonly Import[] =>
  imports.filter(({ from }) => packageOf(from) === name);
const show = ({ from, specifier }: Import): string => `${from} → ${specifier}`;

test('every package has a row in the import table', () => {
  expect([...packages.keys()].sort()).toEqual(Object.keys(layers).sort());
});

describe.each(Object.entries(layers))('%s', (name, { may, typesOnly = [], never = [] }) => {
  const mayDepend = may.map((entry) => entry.split('/')[0] ?? entry);

  test('depends only on what the import table allows', () => {
    const declared = packages.get(name)?.dependencies ?? [];
    const workspace = declared.flatMap((dependency) => workspaceName(dependency) ?? []);
    expect(workspace.filter((dependency) => !mayDepend.includes(dependency))).toEqual([]);
  });

  test('imports only what the import table allows', () => {
    const forbidden = importsOf(name).filter(({ specifier, typeOnly }) => {
      const imported = workspaceName(specifier);
      if (imported === undefined) return false;
      const allowed = may.some((entry) => imported === entry || imported.startsWith(`${entry}/`));
      return !allowed && !(typeOnly && typesOnly.includes(imported));
    });
    expect(forbidden.map(show)).toEqual([]);
  });

  test('imports other packages only through their exports', () => {
    const reaching = importsOf(name).filter(
      ({ specifier, to }) => specifier.startsWith('.') && packageOf(to) !== name,
    );
    expect(reaching.map(show)).toEqual([]);
  });

  test('imports no forbidden package', () => {
    expect(importsOf(name).filter(({ specifier }) => never.includes(specifier))).toEqual([]);
  });
});

describe.each(Object.entries(folders))('the folders of %s', (name, table) => {
  test('import only from folders below them, so that there is no cycle', () => {
    expect(findUpwardImports(name, table, imports)).toEqual([]);
  });

  test('hold every file, except for the few above them', () => {
    const files = new Set(imports.flatMap(({ from, to }) => [from, to]));
    expect(findLooseFiles(name, table, [...files])).toEqual([]);
  });
});

test('an upward import and a loose file are found', () => {
  const table = { order: ['http', 'read'], top: ['index.ts'] };
  const src = 'packages/server/src';
  const up = { from: `${src}/read/cursor-param.ts`, to: `${src}/http/route.ts` };
  const down = { from: `${src}/http/route.ts`, to: `${src}/read/cursor-param.ts` };
  const top = { from: `${src}/index.ts`, to: `${src}/http/route.ts` };
  expect(findUpwardImports('server', table, [top, down])).toEqual([]);
  expect(findUpwardImports('server', table, [up, down])).toEqual([`${up.from} → ${up.to}`]);
  expect(findUpwardImports('server', table, [{ from: up.from, to: top.from }])).toHaveLength(1);
  const files = [up.from, top.from, `${src}/cursor.ts`, `${src}/live/connection.ts`];
  expect(findLooseFiles('server', table, files)).toEqual(files.slice(2));
});

test.each(webStandard)('A5: %s imports no module of Node', (name) => {
  expect(
    importsOf(name)
      .filter(({ isCore }) => isCore)
      .map(show),
  ).toEqual([]);
});

test('A5: nothing reachable from the server needs Node or a vendor SDK', () => {
  const reached = reachableFrom('packages/server/src/index.ts');
  const bad = reached.filter(
    ({ specifier, isCore }) => isCore || Object.hasOwn(vendors, specifier),
  );
  expect(reached.length).toBeGreaterThan(20);
  expect(bad.map(show)).toEqual([]);
});

test('F8: a server without workers loads no SDK of models or GitHub', () => {
  const reached = reachableFrom('apps/server/src/start-server.ts', ({ isDynamic }) => !isDynamic);
  expect(reached.map(({ to }) => to)).toContain('packages/github-workflows/src/samples.ts');
  const sdks = reached.filter(({ specifier }) => /^(openai|octokit|undici)$/.test(specifier));
  expect(sdks.map(show)).toEqual([]);
});

test('A5: definitions and contracts load no code that runs workflows, and no schema library', () => {
  const reached = reachableFrom('packages/engine/src/define/index.ts');
  const loaded = new Set(reached.map(({ to }) => to));
  expect(loaded).toContain('packages/engine/src/errors.ts');
  const heavy = reached.filter(
    ({ to, isCore, specifier }) =>
      isCore || specifier === 'zod' || !/\/define\/|errors\.ts$|custom-type\.ts$/.test(to),
  );
  expect(heavy.map(show)).toEqual([]);
});

test.each(Object.entries(vendors))('only its owners import %s', (vendor, owners) => {
  const strangers = imports.filter(
    ({ from, specifier }) =>
      specifier === vendor &&
      from.startsWith('packages/') &&
      !owners.includes(packageOf(from) ?? ''),
  );
  expect(strangers.map(show)).toEqual([]);
});

test('no package or app imports a tool', () => {
  const isTool = (specifier: string): boolean =>
    tools.has(workspaceName(specifier)?.split('/')[0] ?? '');
  const imported = imports.filter(
    ({ specifier, to }) => isTool(specifier) || to.startsWith('tooling/'),
  );
  const declared = [...packages.values(), ...apps.values()].flatMap(({ name, dependencies }) =>
    dependencies.filter(isTool).map((dependency) => `${name} → ${dependency}`),
  );
  expect(tools.size).toBeGreaterThan(5);
  expect([...imported.map(show), ...declared]).toEqual([]);
});

test('F8: only runtape, server, worker and cli name a concrete log', () => {
  const named = imports.filter(({ specifier }) => specifier.startsWith('@runtape/event-log-'));
  const strangers = named.filter(
    ({ from }) => !/^(?:apps\/(?:server|worker|cli)|packages\/runtape)\//.test(from),
  );
  expect(strangers.map(show)).toEqual([]);
});

/** The files that run with a file, through all its imports; types are not followed. */
function reachableFrom(
  start: string,
  isFollowed: (found: Import) => boolean = () => true,
): readonly Import[] {
  const seen = new Set<string>([start]);
  const reached: Import[] = [];
  for (const file of seen) {
    const followed = imports.filter(
      (found) => found.from === file && !found.typeOnly && isFollowed(found),
    );
    for (const found of followed) {
      reached.push(found);
      seen.add(found.to);
    }
  }
  return reached;
}
