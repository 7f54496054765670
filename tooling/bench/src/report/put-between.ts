/**
 * Replaces the text between two marks of a page, `<!-- bench: NAME -->` and `<!-- end -->`.
 * @throws TypeError if a mark is missing.
 */
export function putBetween(page: string, name: string, text: string): string {
  const begin = `<!-- bench: ${name} -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf('<!-- end -->', from);
  if (from === -1 || to === -1) {
    throw new TypeError(
      `The page has no place for ${name}: write ${begin} and <!-- end --> where it belongs.`,
    );
  }
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}
