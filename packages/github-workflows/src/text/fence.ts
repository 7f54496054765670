/** Kinds of untrusted text, written by strangers or derived from their text. */
export type UntrustedKind =
  | 'issue'
  | 'notes'
  | 'draft'
  | 'passages'
  | 'remarks'
  | 'sources'
  | 'triage';

const PREFIX = 'untrusted_';
const WHITESPACE = /\s/;

/** The name of the tag that encloses this kind of text, as announced in prompts. */
export function fenceName(kind: UntrustedKind): string {
  return `${PREFIX}${kind}`;
}

/** Encloses a text in tags that its content cannot close. */
export function fence(kind: UntrustedKind, text: string): string {
  const name = fenceName(kind);
  return `<${name}>\n${escapeFences(text)}\n</${name}>`;
}

/**
 * Escapes the `<` of everything that could be read as one of our tags, in any case and with blanks.
 * @param alsoNamed prefixes of further tags, in lower case. Default: none.
 */
export function escapeFences(text: string, alsoNamed: readonly string[] = []): string {
  const names = [PREFIX, ...alsoNamed];
  const pieces: string[] = [];
  let from = 0;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    const start = nameAfter(text, at);
    if (!names.some((name) => text.slice(start, start + name.length).toLowerCase() === name)) {
      continue;
    }
    pieces.push(text.slice(from, at), '&lt;');
    from = at + 1;
  }
  return [...pieces, text.slice(from)].join('');
}

/**
 * The position of a possible tag name. Stops before the next `<`, so the text is read only once in
 * all.
 */
function nameAfter(text: string, lessThan: number): number {
  const afterBlanks = (from: number): number => {
    let at = from;
    while (at < text.length && WHITESPACE.test(text.charAt(at))) at += 1;
    return at;
  };
  const start = afterBlanks(lessThan + 1);
  return text.charAt(start) === '/' ? afterBlanks(start + 1) : start;
}
