import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CallExpression, type Expression, parseSync, Visitor } from 'oxc-parser';

/** The number of tests of each requirement, by file. */
export type TestCounts = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** `A3: …` and `A3, F1: …`. */
const IDS = /^[A-Z]\d{1,2}(?:,? [A-Z]\d{1,2})*(?=: )/;

/** Counts the tests of each requirement in all files of the workspace that import vitest. */
export function collectTests(root: string): TestCounts {
  const files = globSync('{packages,apps,tooling}/*/{src,test}/**/*.{ts,tsx}', {
    cwd: root,
    exclude: (name) => name === 'node_modules',
  });
  const counts = new Map<string, Map<string, number>>();
  for (const file of files.sort()) {
    const source = readFileSync(join(root, file), 'utf8');
    if (!source.includes("from 'vitest'")) continue;
    for (const [id, count] of countTests(file, source)) {
      const ofRequirement = counts.get(id) ?? new Map<string, number>();
      counts.set(id, ofRequirement.set(file, count));
    }
  }
  return counts;
}

interface Suite {
  readonly ids: readonly string[];
  tests: number;
}

/**
 * Counts the tests of one file per requirement. A test belongs to the ids of its own title and
 * of the suites around it. A title in a table of cases counts as a test; a parameterised title
 * counts once.
 * @throws Error when the file cannot be parsed.
 */
export function countTests(file: string, source: string): ReadonlyMap<string, number> {
  const { program, errors } = parseSync(file, source);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file} cannot be parsed: ${error.message}`);
  const counts = new Map<string, number>();
  const suites: Suite[] = [];
  const titles = new Set<number>();
  const countTest = (ids: readonly string[]): void => {
    for (const suite of suites) suite.tests += 1;
    for (const id of new Set([...suites.flatMap((suite) => suite.ids), ...ids])) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  };
  new Visitor({
    CallExpression(node) {
      const called = titled(node);
      if (called === null) return;
      titles.add(called.start);
      if (called.kind === 'describe') suites.push({ ids: called.ids, tests: 0 });
      else countTest(called.ids);
    },
    'CallExpression:exit'(node) {
      if (titled(node)?.kind !== 'describe') return;
      // Its tests are in a function that several files call.
      if (suites.at(-1)?.tests === 0) countTest([]);
      suites.pop();
    },
    Literal({ value, start }) {
      if (typeof value !== 'string' || titles.has(start)) return;
      const ids = idsOf(value);
      if (ids.length > 0) countTest(ids);
    },
  }).visit(program);
  return counts;
}

interface Titled {
  readonly kind: 'test' | 'describe';
  readonly ids: readonly string[];
  readonly start: number;
}

/**
 * A call that defines a test or a suite; `null` for any other, such as the `test.each(cases)`
 * before it.
 */
function titled({ callee, arguments: [title, body] }: CallExpression): Titled | null {
  const name = rootOf(callee);
  if (title === undefined || body === undefined) return null;
  if (name !== 'test' && name !== 'it' && name !== 'describe') return null;
  const kind = name === 'describe' ? 'describe' : 'test';
  if (title.type === 'Literal' && typeof title.value === 'string') {
    return { kind, ids: idsOf(title.value), start: title.start };
  }
  if (title.type === 'TemplateLiteral') {
    return { kind, ids: idsOf(title.quasis[0]?.value.raw ?? ''), start: title.start };
  }
  return { kind, ids: [], start: title.start };
}

/** `test` of `test.skipIf(condition).each(cases)`. */
function rootOf(callee: Expression): string | null {
  if (callee.type === 'Identifier') return callee.name;
  if (callee.type === 'MemberExpression') return rootOf(callee.object);
  if (callee.type === 'CallExpression') return rootOf(callee.callee);
  return null;
}

function idsOf(title: string): readonly string[] {
  return IDS.exec(title)?.[0].split(/,? /) ?? [];
}
