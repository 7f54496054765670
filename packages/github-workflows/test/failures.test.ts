import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failureCodes } from '../src/failures.ts';

const errors = join(import.meta.dirname, '../../../docs/errors');

test.each(failureCodes)(
  'B5: %s has a page that says what happened, why, and what to do',
  async (code) => {
    const page = await readFile(join(errors, `${code}.md`), 'utf8');
    expect(page.startsWith(`# \`${code}\`\n`)).toBe(true);
    expect(page).toContain('**Why.**');
    expect(page).toContain('**What to do.**');
  },
);
