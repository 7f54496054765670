import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vitepress';
import { collectPages } from './collect-pages.ts';
import { collected } from './paths.ts';
import { writeApiReference } from './write-api-reference.ts';
import { writeLlmsTexts } from './write-llms-texts.ts';

export interface BuildSiteOptions {
  /** The folder of the finished site. What is in it is replaced. */
  readonly site: string;
  readonly onProgress: (message: string) => void;
}

/**
 * Builds the documentation as a static site.
 * @throws Error when a page links to one that does not exist, or the API cannot be read
 */
export async function buildSite({ site, onProgress }: BuildSiteOptions): Promise<void> {
  onProgress('Collecting the pages of docs/ …');
  collectPages();
  onProgress('Writing the API reference from the docstrings …');
  const apiPages = await writeApiReference(join(collected, 'api'));
  writeFileSync(join(collected, 'api.json'), JSON.stringify(apiPages));
  onProgress('Building the site …');
  await build(join(import.meta.dirname, '..'), { outDir: site });
  writeLlmsTexts(site, apiPages);
}
