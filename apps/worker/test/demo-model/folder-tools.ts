import { readdir, readFile } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';
import type { ChatCompletionFunctionTool } from 'openai/resources/chat/completions';
import { z } from 'zod';

/** The three tools of a workflow, on a real folder. */
export const folderToolDefinitions: ChatCompletionFunctionTool[] = [
  tool('list_files', z.object({ path: z.string().optional(), glob: z.string().optional() })),
  tool('search_text', z.object({ query: z.string(), path: z.string().optional() })),
  tool(
    'read_file',
    z.object({ path: z.string(), startLine: z.int().optional(), endLine: z.int().optional() }),
  ),
];

/** Calls a tool with the JSON of a model. @returns the text for the model. */
export async function callFolderTool(root: string, name: string, json: string): Promise<string> {
  const given = z
    .object({
      query: z.string().default(''),
      glob: z.string().default('**/*'),
      path: z.string().default(''),
      startLine: z.int().default(1),
      endLine: z.int().default(1_000_000),
    })
    .parse(JSON.parse(json));
  if (name === 'list_files') return (await filesOf(root, given.glob)).join('\n');
  if (name === 'search_text') return search(root, given.query);
  if (name === 'read_file') return read(root, given.path, given.startLine, given.endLine);
  return `Error: there is no tool called ${name}`;
}

async function search(root: string, query: string): Promise<string> {
  const found: string[] = [];
  for (const path of await filesOf(root, '**/*')) {
    const lines = (await readFile(join(root, path), 'utf8')).split('\n');
    for (const [index, line] of lines.entries()) {
      if (line.toLowerCase().includes(query.toLowerCase()))
        found.push(`${path}:${index + 1}: ${line}`);
    }
  }
  return found.length === 0 ? 'No matches.' : found.slice(0, 50).join('\n');
}

async function read(root: string, path: string, from: number, to: number): Promise<string> {
  const lines = (await readFile(join(root, path), 'utf8')).split('\n');
  return lines
    .slice(from - 1, to)
    .map((line, index) => `${from + index}\t${line}`)
    .join('\n');
}

async function filesOf(root: string, glob: string): Promise<string[]> {
  const pattern = join(root, glob);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && matchesGlob(join(entry.parentPath, entry.name), pattern))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => !/(^|\/)(node_modules|\.git|dist)\//.test(path))
    .sort();
}

function tool(name: string, parameters: z.ZodObject): ChatCompletionFunctionTool {
  return { type: 'function', function: { name, parameters: z.toJSONSchema(parameters) } };
}
