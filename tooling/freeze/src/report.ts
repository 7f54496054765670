import type { Outcome } from './run-attacks.ts';

/** The problem with an outcome, as a sentence; `null` if there is none. */
export function problemOf(outcome: Outcome, limitMs: number): string | null {
  const { store, attack, worstMs, idleMs, failed, error } = outcome;
  if (error !== null) return `${store}: ${attack} failed: ${error}`;
  if (failed > 0) return `${store}: ${attack}: ${failed} requests were not answered.`;
  if (worstMs - idleMs <= limitMs) return null;
  return `${store}: ${attack}: an answer took ${worstMs} ms, that of an idle server ${idleMs} ms; it may be ${limitMs} ms slower at most.`;
}

export function formatTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ store, attack, worstMs, idleMs, requests, failed, result }) => [
    store,
    attack,
    `${worstMs} ms`,
    `${idleMs} ms`,
    failed > 0 ? `${requests}, ${failed} unanswered` : String(requests),
    result,
  ]);
  const all = [
    ['store', 'attack', 'slowest answer', 'idle server', 'requests', 'what the server did'],
    ...rows,
  ];
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
