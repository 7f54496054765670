import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LOG_COMMANDS } from '../src/access/required-commands.ts';

const folder = join(import.meta.dirname, '../src');

/** Commands that are checked separately or are optional, and one that is not a command. */
const OTHERS = ['SPUBLISH', 'INFO', 'CALL'];

test('F8: every command that the log or one of its scripts uses is among the checked ones', () => {
  const checked = new Set([...LOG_COMMANDS.map(([name]) => name), ...OTHERS]);
  const given = new Set<string>();
  for (const file of globSync('**/*.ts', { cwd: folder })) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, name = ''] of text.matchAll(/redis\.p?call\('(\w+)'/g)) given.add(name);
    for (const [, name = ''] of text.matchAll(/(?<![#.\w])(?:redis|commands)\.(\w+)\(/g)) {
      if (name !== 'pcall') given.add(name.toUpperCase());
    }
  }
  expect(given.size).toBeGreaterThan(20);
  expect([...given].filter((name) => !checked.has(name))).toEqual([]);
});
