import { z } from 'zod';
import { type ChatRequest, messageText } from '../wire/chat-request.ts';
import { type Hit, type Lines, readHits, readLines, readPaths } from './tool-results.ts';

/** The tools of Runtape's workflows. */
export type ToolName = 'search_text' | 'read_file' | 'list_files';

/** An earlier call of a tool, and its result. */
export interface ToolUse {
  readonly name: string;
  readonly arguments: ToolArguments;
  readonly result: string;
}

export interface TermHit extends Hit {
  /** The search text. */
  readonly query: string;
}

export interface ReadFile extends Lines {
  readonly path: string;
}

/** The combined results of all tool calls so far. */
export interface Findings {
  /** The search texts, in order, without duplicates. */
  readonly queries: readonly string[];
  readonly hits: readonly TermHit[];
  readonly files: readonly ReadFile[];
  /** Files from a list. */
  readonly listed: readonly string[];
}

/**
 * A hit of this length that is also in the issue is a copy of the issue, for example in a sample or
 * a changelog.
 */
const MIN_COPY_CHARS = 25;

const argumentsSchema = z
  .looseObject({ query: z.string().optional(), path: z.string().optional() })
  .catch({});
type ToolArguments = z.infer<typeof argumentsSchema>;

/** The tool calls of a conversation with their results, and the number of tool rounds. */
export function readToolUses({ messages }: ChatRequest): { uses: ToolUse[]; rounds: number } {
  const results = new Map<string, string>();
  for (const message of messages) {
    if (message.role === 'tool') results.set(message.tool_call_id, messageText(message));
  }
  const rounds = messages.flatMap((message) =>
    message.role === 'assistant' && message.tool_calls?.length ? [message.tool_calls] : [],
  );
  const uses = rounds.flat().map(({ id, function: { name, arguments: json } }) => ({
    name,
    arguments: argumentsSchema.parse(parseJson(json)),
    result: results.get(id) ?? '',
  }));
  return { uses, rounds: rounds.length };
}

/** Combines the results of earlier tool calls. */
export function gatherFindings(uses: readonly ToolUse[], issueText: string): Findings {
  const searches = uses.filter(({ name }) => name === 'search_text');
  const hits = searches.flatMap(({ arguments: { query = '' }, result }) =>
    readHits(result)
      .filter(({ text }) => text.trim().length < MIN_COPY_CHARS || !issueText.includes(text.trim()))
      .map(({ path, line, text }) => ({ path, line, text, query })),
  );
  const listed = uses
    .filter(({ name }) => name === 'list_files')
    .flatMap(({ result }) => readPaths(result));
  const known = new Set([...hits.map(({ path }) => path), ...listed]);
  return {
    queries: [...new Set(searches.flatMap(({ arguments: { query } }) => query ?? []))],
    hits,
    listed,
    files: uses.flatMap(({ name, arguments: { path = '' }, result }) => {
      // Only files from a search or a list may be quoted.
      const lines = name === 'read_file' && known.has(path) ? readLines(result) : undefined;
      return lines === undefined ? [] : [{ path, ...lines }];
    }),
  };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
