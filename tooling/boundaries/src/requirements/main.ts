import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../workspace.ts';
import { collectTests } from './collect-tests.ts';
import { renderTable } from './render-table.ts';
import { requirements } from './requirements.ts';

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const path = join(root, 'docs/requirements.md');
const table = renderTable(requirements, collectTests(root));

if (values.write) await writeFile(path, table);
else if ((await readFile(path, 'utf8')) !== table) {
  console.error('docs/requirements.md is out of date: pnpm requirements --write');
  process.exitCode = 1;
}
