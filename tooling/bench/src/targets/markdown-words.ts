import type { EventOf } from '@runtape/events';
import { makeToken } from '@runtape/testing';

/**
 * Markdown as models write it, one word at a time: headings, paragraphs, lists, code.
 * @param written the number of words written so far.
 */
export function markdownWords(written: number, count: number): readonly EventOf<'token'>[] {
  return Array.from({ length: count }, (_, index) => makeToken(wordAt(written + index)));
}

function wordAt(index: number): string {
  const position = index % 60;
  if (position === 0) return `\n\n## Part ${index / 60}\n\n`;
  if (position === 20) return '\n\n- a list with `code`, ';
  if (position === 40) return '\n\n```ts\nconst answer = 42;\n```\n\n';
  return position % 7 === 0 ? '**strong** ' : 'word ';
}
