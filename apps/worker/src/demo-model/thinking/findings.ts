import type { ToolUse } from './conversation.ts';
import type { Issue } from './issue-text.ts';
import { readHits, readLines, readPaths } from './tool-results.ts';
import type { Hit, Lines } from './tool-results.ts';

/** A hit, and what was searched for when it came up. */
export interface TermHit extends Hit {
  readonly query: string;
}

export interface ReadFile extends Lines {
  readonly path: string;
}

/** Everything the tools have brought back so far. */
export interface Findings {
  /** What was searched for, in order, each once. */
  readonly queries: readonly string[];
  readonly hits: readonly TermHit[];
  readonly files: readonly ReadFile[];
  /** Files that a list named. */
  readonly listed: readonly string[];
}

/** Gathers what earlier tool calls found. A result that cannot be read counts as nothing found. */
export function gatherFindings(uses: readonly ToolUse[], issue: Issue): Findings {
  const searches = uses.flatMap((use) => {
    const query =
      use.purpose === 'search'
        ? mainArgument(use, /query|pattern|text|term|keyword|^q$/i)
        : undefined;
    return query === undefined ? [] : [{ query, result: use.result }];
  });
  const hits = searches.flatMap(({ query, result }) =>
    readHits(result)
      .filter((hit) => !quotesIssue(hit, issue))
      .map(({ path, line, text }) => ({ path, line, text, query })),
  );
  const listed = uses
    .filter((use) => use.purpose === 'list')
    .flatMap((use) => readPaths(use.result));
  const known = new Set([...hits.map((hit) => hit.path), ...listed]);
  return {
    queries: [...new Set(searches.map(({ query }) => query))],
    hits,
    listed,
    files: uses.flatMap((use) => {
      const path = use.purpose === 'read' ? mainArgument(use, /path|file/i) : undefined;
      // Only what a search or a list named was asked for; anything else is not ours to quote.
      if (path === undefined || !known.has(path) || isRefusal(use.result)) return [];
      return [{ path, ...readLines(use.result, firstLine(use)) }];
    }),
  };
}

function mainArgument(use: ToolUse, telling: RegExp): string | undefined {
  const strings = Object.entries(use.arguments).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return (strings.find(([name]) => telling.test(name)) ?? strings[0])?.[1];
}

function firstLine(use: ToolUse): number {
  const from = Object.entries(use.arguments).find(([name]) =>
    /^(?:start|from|first)/i.test(name),
  )?.[1];
  return typeof from === 'number' ? from : 1;
}

/** A repository may contain the issue itself, as a sample or in a changelog; finding that is finding nothing. */
function quotesIssue(hit: Hit, issue: Issue): boolean {
  const text = hit.text.trim();
  return text.length >= 25 && issue.text.includes(text);
}

/** A tool that failed says so in a short line, or with an `error` field. */
function isRefusal(result: string): boolean {
  return result.trim() === '' || /^\s*(?:error\b|\{\s*"error")/i.test(result);
}
