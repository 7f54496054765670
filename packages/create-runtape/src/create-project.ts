import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { CreateError } from './create-error.ts';
import type { Template } from './templates.ts';

const templateFolder = join(import.meta.dirname, '../templates');
/** What a new folder may contain already: git, an editor or a licence came first. */
const HARMLESS = new Set(['.git', '.gitignore', '.DS_Store', 'LICENSE', 'README.md']);

export interface ProjectOptions {
  /** The folder to make; it may exist if there is nothing of importance in it. */
  readonly folder: string;
  readonly template: Template;
}

/**
 * Makes a project.
 * @returns the absolute path of its folder.
 * @throws CreateError `folder_not_empty`; an error of the file system.
 */
export async function createProject({ folder, template }: ProjectOptions): Promise<string> {
  const path = resolve(folder);
  await mkdir(path, { recursive: true });
  const kept = new Set(await readdir(path));
  const inTheWay = [...kept].filter((name) => !HARMLESS.has(name));
  if (inTheWay.length > 0) {
    throw new CreateError(
      'folder_not_empty',
      `${path} is not empty: ${inTheWay.slice(0, 3).join(', ')}${inTheWay.length > 3 ? ', …' : ''}. Name a new folder.`,
    );
  }
  for (const source of ['common', template]) {
    // Files that are there already stay as they are.
    await cp(join(templateFolder, source), path, { recursive: true, force: false });
  }
  // npm leaves out files of this name when it packs the templates.
  if (kept.has('.gitignore')) await rm(join(path, 'gitignore'));
  else await rename(join(path, 'gitignore'), join(path, '.gitignore'));
  await fillIn(join(path, 'package.json'), {
    name: packageName(basename(path)),
    version: await ownVersion(),
  });
  return path;
}

/** Replaces `{{name}}` and the like in a file. */
async function fillIn(file: string, values: Readonly<Record<string, string>>): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replaceAll(/\{\{(\w+)\}\}/g, (all, key: string) => values[key] ?? all),
  );
}

/** A name that npm accepts: `My App!` becomes `my-app`. */
function packageName(folder: string): string {
  const name = folder.toLowerCase().replaceAll(/[^a-z\d]+/g, '-');
  return name.replace(/^-/, '').replace(/-$/, '').slice(0, 200) || 'my-workflows';
}

/** All packages of Runtape have the same version. */
async function ownVersion(): Promise<string> {
  const text = await readFile(join(import.meta.dirname, '../package.json'), 'utf8');
  const manifest: unknown = JSON.parse(text);
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    if (typeof manifest.version === 'string') return manifest.version;
  }
  throw new TypeError('The package.json of create-runtape has no version.');
}
