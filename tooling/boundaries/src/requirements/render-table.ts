import type { TestCounts } from './collect-tests.ts';

/** The number of files that a row names; the others are only counted. */
const FILES_PER_ROW = 3;

const HEADER = `# Requirements

What the product must do, and the tests that show it: how many, and the files that have most of them. The title of each test
begins with the id. This file is generated: \`pnpm requirements --write\`, from the titles and the sentences in
[requirements.ts](../tooling/boundaries/src/requirements/requirements.ts).
`;

/** The text of \`docs/requirements.md\`. */
export function renderTable(
  requirements: Readonly<Record<string, string>>,
  counts: TestCounts,
): string {
  const named = new Set<string>();
  const rows = Object.entries(requirements).map(([id, sentence]) => {
    const files = [...(counts.get(id) ?? [])].sort(
      ([one, many], [other, few]) => few - many || (one < other ? -1 : 1),
    );
    const shown = files.slice(0, FILES_PER_ROW).map(([file]) => file);
    for (const file of shown) named.add(file);
    const tests = files.reduce((sum, [, count]) => sum + count, 0);
    const links = shown.map((file) => `[${file}]`).join(', ');
    const others = files.length - shown.length;
    return [
      id,
      sentence,
      tests === 0 ? 'not yet' : String(tests),
      others === 0 ? links : `${links} and ${others} more`,
    ];
  });
  const targets = [...named].sort().map((file) => `[${file}]: ../${file}`);
  const lines = alignColumns([['id', 'requirement', 'tests', 'in'], ...rows]);
  return [HEADER, ...lines, '', ...targets, ''].join('\n');
}

/** Aligns columns as the formatter does. */
function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths?.[column] ?? 0)).join(' | ')} |`,
  );
  const rule = `| ${widths?.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return lines.toSpliced(1, 0, rule);
}
