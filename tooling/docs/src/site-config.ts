import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type DefaultTheme, defineConfig } from 'vitepress';
import { z } from 'zod';
import { collected } from './paths.ts';
import { description, sections, titleOf } from './sections.ts';

/** The configuration of VitePress. */
export const siteConfig = defineConfig({
  title: 'Runtape',
  description,
  srcDir: '.site',
  // A table for the engineers of Runtape, with links into the tests.
  srcExclude: ['requirements.md'],
  rewrites: { 'README.md': 'index.md' },
  cleanUrls: false,
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Guide', link: '/quickstart' },
      { text: 'API', link: '/api/README' },
      { text: 'Errors', link: '/errors/invalid_input' },
    ],
    sidebar: [
      ...Object.entries(sections).map(([text, names]) => ({ text, items: names.flatMap(linkTo) })),
      { text: 'API reference', collapsed: true, items: apiPages() },
      { text: 'Errors', collapsed: true, items: allIn('errors') },
      { text: 'Decisions', collapsed: true, items: allIn('decisions') },
    ],
  },
  // TypeScript's configuration names a target that this version of esbuild does not know.
  vite: { esbuild: { tsconfigRaw: {} } },
});

/** A link with the page's own title; nothing for a page that does not exist. */
function linkTo(name: string): DefaultTheme.SidebarItem[] {
  return existsSync(join(collected, `${name}.md`))
    ? [{ text: titleOf(name), link: `/${name}` }]
    : [];
}

function allIn(folder: string): DefaultTheme.SidebarItem[] {
  const files = globSync(`${folder}/*.md`, { cwd: collected }).sort();
  return files.flatMap((file) => linkTo(join(folder, basename(file, '.md'))));
}

function apiPages(): DefaultTheme.SidebarItem[] {
  const names = z
    .array(z.string())
    .parse(JSON.parse(readFileSync(join(collected, 'api.json'), 'utf8')));
  return names.map((name) => ({ text: name, link: `/api/${name}` }));
}
