import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CodeBlock, codeBlocksOf, readCodeBlocks } from '../src/code-blocks.ts';
import { root } from '../src/paths.ts';

const blocks = readCodeBlocks();
/** Inside this package, whose dependencies the blocks may import. */
let folder: string;
let output: string;

beforeAll(async () => {
  folder = await mkdtemp(join(import.meta.dirname, '../.blocks-'));
  for (const page of new Set(blocks.map(({ page: name }) => folderOf(name)))) {
    mkdirSync(join(folder, page));
  }
  await Promise.all([
    ...blocks.map((block, index) => writeFile(join(folder, nameOf(block, index)), moduleOf(block))),
    writeFile(join(folder, 'tsconfig.json'), JSON.stringify(configuration)),
  ]);
  output = await compile(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(blocks.map((block, index) => ({ ...block, index })))(
  'the code at $page:$line compiles',
  ({ index, ...block }) => {
    const mistakes = output.split('\n').filter((line) => line.includes(nameOf(block, index)));
    expect(mistakes).toEqual([]);
  },
);

test('the compiler says nothing else', () => {
  const names = blocks.map(nameOf);
  const others = output.split('\n').filter((line) => /error TS\d/.test(line));
  expect(others.filter((line) => !names.some((name) => line.includes(name)))).toEqual([]);
});

describe('the blocks of a page', () => {
  test('have what they are given, and continue each other', () => {
    const page = [
      '<!-- given: declare const id: string; -->',
      '',
      '```ts',
      'const a = id;',
      '```',
      'Text.',
      '<!-- continued -->',
      '```tsx',
      'const b = a;',
      '```',
      '```sh',
      'ls',
      '```',
    ].join('\n');
    expect(codeBlocksOf('page.md', page)).toEqual([
      {
        page: 'page.md',
        line: 4,
        language: 'ts',
        file: null,
        code: 'declare const id: string;\nconst a = id;',
      },
      {
        page: 'page.md',
        line: 9,
        language: 'tsx',
        file: null,
        code: 'declare const id: string;\nconst a = id;\nconst b = a;',
      },
    ]);
  });
});

const configuration = {
  extends: join(root, 'tsconfig.json'),
  compilerOptions: {
    incremental: false,
    declaration: false,
    jsx: 'react-jsx',
    // Examples show one thing at a time.
    noUnusedLocals: false,
    noUnusedParameters: false,
  },
  include: ['*/*.ts', '*/*.tsx'],
};

/** Each page has a folder of its own, in which its blocks may import each other. */
function nameOf({ page, line, language, file }: CodeBlock, index: number): string {
  return `${folderOf(page)}/${file ?? `${line}-${index}.${language}`}`;
}

function folderOf(page: string): string {
  return page.replaceAll(/\W+/g, '-');
}

/** A module, also without an import or export of its own. */
function moduleOf({ code }: CodeBlock): string {
  return `${code}\nexport {};\n`;
}

async function compile(project: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  execFile(
    process.execPath,
    [
      join(root, 'node_modules/typescript/bin/tsc'),
      '--noEmit',
      '--project',
      project,
      '--pretty',
      'false',
    ],
    (_error, stdout, stderr) => resolve(`${stdout}${stderr}`),
  );
  return await promise;
}
