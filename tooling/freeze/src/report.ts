import type { Outcome } from './run-attacks.ts';

/** Those in which an answer took too long, or did not come. */
export function tooLong(outcomes: readonly Outcome[], limitMs: number): readonly Outcome[] {
  return outcomes.filter(({ worstMs, failed }) => worstMs > limitMs || failed > 0);
}

/** A table for a person. */
export function formatTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ store, attack, worstMs, asked, failed, result }) => [
    store,
    attack,
    `${worstMs} ms`,
    failed > 0 ? `${asked}, ${failed} unanswered` : String(asked),
    result,
  ]);
  const all = [['store', 'attack', 'worst answer', 'asked', 'what the server did'], ...rows];
  const widths = all[0]?.map((_, column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
