import type { ChatTool, ToolParameter } from '../wire/chat-request.ts';
import type { AnswerToolCall } from '../wire/completion.ts';

/** What a tool is good for, as far as its name tells. */
export type ToolPurpose = 'search' | 'read' | 'list';

const purposeWords: Readonly<Record<ToolPurpose, ReadonlySet<string>>> = {
  search: new Set(['search', 'grep', 'find']),
  read: new Set(['read', 'open', 'view', 'cat']),
  list: new Set(['list', 'ls', 'tree', 'glob']),
};

/** Recognises a tool by the words of its name, whether `read_file`, `readFile` or `repo.read-file`. */
export function purposeOf(toolName: string): ToolPurpose | undefined {
  const words = toolName
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const purposes = ['search', 'read', 'list'] as const;
  return purposes.find((purpose) => words.some((word) => purposeWords[purpose].has(word)));
}

const queryName = /query|pattern|text|term|keyword|^q$/i;
const pathName = /path|file|folder|dir|root/i;
const globName = /glob|pattern/i;
const startName = /^(start|from|first)(_?line)?$/i;
const endName = /^(end|to|last)(_?line)?$/i;

/** The tools that were offered and that the model knows how to call. */
export interface OfferedTools {
  readonly search?: (query: string) => AnswerToolCall;
  readonly read?: (path: string, lines: { from: number; to: number }) => AnswerToolCall;
  /** A tool that takes no pattern lists everything. */
  readonly list?: (glob: string) => AnswerToolCall;
}

/** Works out from names and JSON Schemas how to search, read and list. A tool that demands anything else is left alone. */
export function recogniseTools(tools: readonly ChatTool[]): OfferedTools {
  return { ...searchTool(tools), ...readTool(tools), ...listTool(tools) };
}

function searchTool(tools: readonly ChatTool[]): Pick<OfferedTools, 'search'> {
  for (const tool of withPurpose(tools, 'search')) {
    const query = mainString(tool, queryName);
    if (query === undefined) continue;
    const rest = fillRequired(tool, new Set([query]));
    if (rest === undefined) continue;
    return { search: (text) => ({ name: tool.name, arguments: { ...rest, [query]: text } }) };
  }
  return {};
}

function readTool(tools: readonly ChatTool[]): Pick<OfferedTools, 'read'> {
  for (const tool of withPurpose(tools, 'read')) {
    const path = mainString(tool, pathName);
    if (path === undefined) continue;
    const start = findParameter(tool, startName, 'number');
    const end = findParameter(tool, endName, 'number');
    const ranged = start !== undefined && end !== undefined;
    const rest = fillRequired(tool, new Set(ranged ? [path, start, end] : [path]));
    if (rest === undefined) continue;
    return {
      read: (file, { from, to }) => ({
        name: tool.name,
        arguments: { ...rest, [path]: file, ...(ranged && { [start]: from, [end]: to }) },
      }),
    };
  }
  return {};
}

function listTool(tools: readonly ChatTool[]): Pick<OfferedTools, 'list'> {
  for (const tool of withPurpose(tools, 'list')) {
    const glob = findParameter(tool, globName, 'string');
    const rest = fillRequired(tool, new Set(glob === undefined ? [] : [glob]));
    if (rest === undefined) continue;
    return {
      list: (wanted) => ({
        name: tool.name,
        arguments: { ...rest, ...(glob !== undefined && { [glob]: wanted }) },
      }),
    };
  }
  return {};
}

interface ToolShape {
  readonly name: string;
  readonly properties: Readonly<Record<string, ToolParameter>>;
  readonly required: readonly string[];
}

function withPurpose(tools: readonly ChatTool[], purpose: ToolPurpose): ToolShape[] {
  return tools
    .filter((tool) => purposeOf(tool.function.name) === purpose)
    .map(({ function: { name, parameters } }) => ({
      name,
      properties: parameters.properties,
      required: parameters.required,
    }));
}

/** The string parameter a tool is about: the one with a telling name, or else the only string it requires. */
function mainString(tool: ToolShape, telling: RegExp): string | undefined {
  const required = tool.required.filter((name) => accepts(tool.properties[name], 'string'));
  return (
    required.find((name) => telling.test(name)) ?? (required.length === 1 ? required[0] : undefined)
  );
}

function findParameter(
  tool: ToolShape,
  telling: RegExp,
  type: 'string' | 'number',
): string | undefined {
  return Object.keys(tool.properties).find(
    (name) => telling.test(name) && accepts(tool.properties[name], type),
  );
}

/** Values for the required parameters nobody sets: null where it is allowed, the root for a folder; otherwise not callable. */
function fillRequired(
  tool: ToolShape,
  set: ReadonlySet<string>,
): Readonly<Record<string, unknown>> | undefined {
  const filled: Record<string, unknown> = {};
  for (const name of tool.required) {
    if (set.has(name)) continue;
    if (accepts(tool.properties[name], 'null')) filled[name] = null;
    else if (pathName.test(name) && accepts(tool.properties[name], 'string')) filled[name] = '.';
    else return undefined;
  }
  return filled;
}

function accepts(
  parameter: ToolParameter | undefined,
  type: 'string' | 'number' | 'null',
): boolean {
  const declared = [
    parameter?.type,
    ...(parameter?.anyOf ?? []).map((option) => option.type),
  ].flat();
  return declared.includes(type) || (type === 'number' && declared.includes('integer'));
}
