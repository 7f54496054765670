import type { Source } from '@runtape/events';

const FENCED = /^(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^\1[`~]*[ \t]*$|(?![\s\S]))/gm;
const CODE_SPAN = /(?<!`)`([^`\n]{1,500})`(?!`)/g;
/** All of a code span; only there can a path have spaces or begin with a bracket. */
const WHOLE = /^(?:\.\/)?([^:]*\p{L}[^:]*):(\d{1,7})(?:[-–](\d{1,7}))?$/u;
/**
 * In prose: no part of a word, a URL or an address, and with a letter, so that `12:30` is none. Bounded, for the text may be made to
 * keep it busy.
 */
const IN_PROSE =
  /(?<![\p{L}\p{N}_/:@.~$#+-]|[\p{L}\p{N}_/][()[\]])(?:\.\/)?((?=[^:\s]{0,200}\p{L})[\p{L}\p{N}_@.~$#-][\p{L}\p{N}_@.+()[\]~$#/-]{0,200}):(\d{1,7})(?:[-–](\d{1,7}))?(?::\d{1,7})?(?![\p{L}\p{N}_])/gu;

/**
 * Finds the places that a text cites as `path:line` or `path:first-last`, each once, in their order. What stands in blocks of code is not
 * looked at. Whether there is such a place is another question.
 */
export function findCitations(markdown: string): Source[] {
  const found: { at: number; source: Source }[] = [];
  const note = ([, path = '', first = '', last]: readonly string[], at: number): void => {
    const lines: [number, number] = [Number(first), Number(last ?? first)];
    if (lines[0] >= 1 && lines[1] >= lines[0]) found.push({ at, source: { path, lines } });
  };
  const prose = markdown
    .replaceAll(FENCED, (block) => ' '.repeat(block.length))
    .replaceAll(CODE_SPAN, (span, inside: string, at: number) => {
      const whole = WHOLE.exec(inside);
      if (whole === null) return span;
      note(whole, at);
      return ' '.repeat(span.length);
    });
  for (const match of prose.matchAll(IN_PROSE)) note(match, match.index);
  const inOrder = found.sort((a, b) => a.at - b.at).map(({ source }) => source);
  return [...new Map(inOrder.map((source) => [formatCitation(source), source])).values()];
}

/** A place as it is cited. */
export function formatCitation({ path, lines: [from, to] }: Source): string {
  return from === to ? `${path}:${from}` : `${path}:${from}-${to}`;
}
