import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { collected } from './paths.ts';

export const description =
  'Runs LLM workflows and streams what they do, event by event, to everyone who may watch: live, late, or again.';

/** The sections of the site, each with its pages in the order in which to read them. */
export const sections: Readonly<Record<string, readonly string[]>> = {
  'Build with it': ['quickstart', 'define', 'mount', 'client', 'react', 'authenticate', 'test'],
  'Run it': ['deploy', 'operations', 'scaling', 'models'],
  'How it works': ['architecture', 'protocol', 'performance', 'glossary'],
};

/** Returns the heading of a page. @param name its path without `.md`, such as `errors/internal` */
export function titleOf(name: string): string {
  const text = readFileSync(join(collected, `${name}.md`), 'utf8');
  const heading = text.split('\n').find((line) => line.startsWith('# '));
  return (heading?.slice(2) ?? basename(name)).replaceAll('`', '');
}
