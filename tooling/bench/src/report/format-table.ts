import type { DetailedResult, Summary } from './result.ts';

const COLUMNS = ['', 'median', 'lowest to highest', '× limit', 'goal', ''];

/** Formats a table for a terminal. */
export function formatTable({ bench, title, unit, results }: Summary): string {
  const rows = [[`${bench}: ${title} (${unit})`, ...COLUMNS.slice(1)], ...results.map(cellsOf)];
  const widths = COLUMNS.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Formats a table as Markdown; our rows are bold, and so are missed goals. */
export function formatMarkdown({ title, unit, results }: Summary): string {
  const rows = results.map((result) => {
    const [name = '', ...rest] = cellsOf(result);
    const outcome = rest.pop() ?? '';
    const cells = [
      result.isOurs ? `**${name}**` : name,
      ...rest,
      result.ok === false ? `**${outcome}**` : outcome,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    `| ${[`${title} (${unit})`, ...COLUMNS.slice(1)].join(' | ')} |`,
    `| --- ${'| ---: '.repeat(COLUMNS.length - 1)}|`,
    ...rows,
  ].join('\n');
}

function cellsOf({ row, value, spread, ratio, goal, ok }: DetailedResult): readonly string[] {
  return [
    row,
    formatNumber(value),
    spread.map(formatNumber).join(' to '),
    ratio === null ? '' : formatNumber(ratio),
    goal ?? '',
    ok === null ? '' : ok ? 'reached' : 'missed',
  ];
}

/** Formats three significant digits with thousands separators. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', {
    minimumFractionDigits: digits === 2 ? 2 : 0,
    maximumFractionDigits: Math.abs(value) < 0.1 ? 3 : digits,
  });
}
