import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';

/** A block of TypeScript in a page. */
export interface CodeBlock {
  /** The page, from the root of the repository. */
  readonly page: string;
  /** The line of the page at which its code begins, from 1. */
  readonly line: number;
  readonly language: 'ts' | 'tsx';
  /** The name in its first line, such as `// feed.ts`: other blocks of the page import it. */
  readonly file: string | null;
  /** The code as it is compiled: what it needs, which the page does not show, stands before it. */
  readonly code: string;
}

/** The pages whose code people copy. */
const PAGES = '{README.md,docs/**/*.md,packages/*/README.md,examples/*/README.md}';

/** Code that the page does not show, such as `<!-- given: declare const id: string; -->`. */
const GIVEN = /^<!-- given: (.*) -->$/;
/** The same for all blocks of a page. */
const GIVEN_TO_ALL = /^<!-- given to all: (.*) -->$/;
/** The code continues the block before it. */
const CONTINUED = '<!-- continued -->';
const FENCE = /^```(tsx?)$/;
const FILE = /^\/\/ ([\w-]+\.tsx?)$/;

/** Reads the blocks of all pages. */
export function readCodeBlocks(): readonly CodeBlock[] {
  return globSync(PAGES, { cwd: root, exclude: ['**/node_modules/**'] })
    .sort()
    .flatMap((page) => codeBlocksOf(page, readFileSync(join(root, page), 'utf8')));
}

/** Returns the blocks of one page. */
export function codeBlocksOf(page: string, markdown: string): readonly CodeBlock[] {
  const lines = markdown.split('\n');
  const blocks: CodeBlock[] = [];
  const givenToAll = lines.flatMap((line) => GIVEN_TO_ALL.exec(line)?.[1] ?? []);
  for (const [index, text] of lines.entries()) {
    const language = FENCE.exec(text)?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf('```', index);
    const code = lines.slice(index + 1, end).join('\n');
    const before = lines.slice(0, index).findLast((line) => line !== '') ?? '';
    const given =
      before === CONTINUED
        ? [blocks.at(-1)?.code ?? '']
        : [...givenToAll, ...(GIVEN.exec(before)?.slice(1) ?? [])];
    blocks.push({
      page,
      line: index + 2,
      language: language === 'tsx' ? 'tsx' : 'ts',
      file: FILE.exec(lines[index + 1] ?? '')?.[1] ?? null,
      code: [...given, code].join('\n'),
    });
  }
  return blocks;
}
