import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { collected } from './paths.ts';
import { description, sections, titleOf } from './sections.ts';

/**
 * Writes the documentation for programs that read text: `llms.txt`, a list of the pages
 * (llmstxt.org); `llms-full.txt`, all guides in one file; and each page as Markdown beside its
 * HTML.
 * @param apiPages the names of the pages in `api`
 */
export function writeLlmsTexts(site: string, apiPages: readonly string[]): void {
  const listed: Record<string, readonly string[]> = {
    ...sections,
    'API reference': apiPages.map((name) => `api/${name}`),
  };
  const lines = ['# Runtape', '', `> ${description}`, ''];
  const texts: string[] = [];
  for (const [section, all] of Object.entries(listed)) {
    const names = all.filter((name) => existsSync(join(collected, `${name}.md`)));
    lines.push(`## ${section}`, '');
    lines.push(...names.map((name) => `- [${titleOf(name)}](/${name}.md)`), '');
    for (const name of names) {
      mkdirSync(dirname(join(site, name)), { recursive: true });
      copyFileSync(join(collected, `${name}.md`), join(site, `${name}.md`));
      if (section in sections) texts.push(readFileSync(join(collected, `${name}.md`), 'utf8'));
    }
  }
  writeFileSync(join(site, 'llms.txt'), lines.join('\n'));
  writeFileSync(join(site, 'llms-full.txt'), texts.join('\n\n'));
}
