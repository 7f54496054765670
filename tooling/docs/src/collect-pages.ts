import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collected, pages } from './paths.ts';

/** A link to a file that is not part of the site, such as `](../packages/client/README.md)`. */
const LINK_OUT =
  /\[([^\]\n]*)\]\((?:\.\.\/)+(?:packages|apps|tooling|examples|README|CONTRIBUTING)[^)\n]*\)/g;

/** Copies the pages into an empty folder. Links to files that are not on the site become text. */
export function collectPages(): void {
  rmSync(collected, { recursive: true, force: true });
  cpSync(pages, collected, { recursive: true });
  for (const file of globSync('**/*.md', { cwd: collected })) {
    const path = join(collected, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replaceAll(LINK_OUT, '$1'));
  }
}
