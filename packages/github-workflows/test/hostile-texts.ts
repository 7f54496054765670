/**
 * Texts that are slow to parse: long repetitions, and repeated near matches.
 */
const PIECES: Readonly<Record<string, string>> = {
  letters: 'a',
  words: 'word ',
  'different letters': 'aB1_cD2$',
  blanks: ' ',
  'empty lines': '\n',
  'carriage returns': '\r',
  'lines with a blank': ' \r\n',
  'number signs': '#',
  'headings in headings': '# # ',
  slashes: 'a/',
  'folders up': '../',
  colons: 'a:',
  'line numbers': 'a:1-',
  'cited places': 'a/b.ts:1 ',
  'cited places with letters behind': 'a.ts:1x',
  digits: '1',
  dots: '.',
  backticks: '`',
  'lines with a backtick': '`a\n',
  'beginnings of blocks': '```a\n',
  'blocks in blocks': '````\n```\n',
  'beginnings of blocks of tildes': '~~~ \n',
  brackets: '(',
  'links in links': '[a](',
  'images in links': '![[',
  quotes: '> ',
  'lists in lists': '- ',
  'tags and blanks': '<   ',
  'less-than signs': '<',
  'nearly our tags': '</ untrusted',
  'our tags': '</untrusted_issue>',
  comments: '<!--',
  'ends of comments': '-->',
  entities: '&#64;',
  'at signs': '@',
  mentions: '@a/b ',
  'mentions in backticks': '`@a ',
  'quotation marks': '"',
  'braces of JSON': '{"a":[',
  backslashes: '\\',
  stars: '*a',
  'letters with marks': 'e\u0301',
  marks: '\u0301',
  'letters that normalise to many': '\uFDFA',
  Chinese: '中文字',
  Thai: 'ภาษาไทย',
  emoji: '🦉',
  'halves of characters': '\uD83E',
  'text from right to left': '\u202Eabc\u2066',
  NULs: '\0',
};

/** An opening followed by long filler: the parser searches for an end that never comes. */
const STARTS: Readonly<Record<string, readonly [start: string, piece: string, end: string]>> = {
  'a heading with blanks in it': ['# a', ' ', 'b'],
  'blanks and a letter': ['', ' ', 'x'],
  'a tag and blanks': ['<', ' ', 'x'],
  'a closing tag and blanks': ['</', '\n', 'x'],
  'a path and digits': ['a.ts:', '1', 'x'],
  'a name and brackets': ['a', '(', ':1'],
  'an open block': ['```\n', 'a\n', ''],
  'an open comment': ['<!--', '- ', ''],
};

/** One text of each kind, of this length. */
export function hostileTexts(chars: number): [kind: string, text: string][] {
  const fill = (piece: string, room: number): string =>
    piece.repeat(Math.ceil(Math.max(0, room) / piece.length)).slice(0, Math.max(0, room));
  return [
    ...Object.entries(PIECES).map(([kind, piece]): [string, string] => [kind, fill(piece, chars)]),
    ...Object.entries(STARTS).map(([kind, [start, piece, end]]): [string, string] => [
      kind,
      `${start}${fill(piece, chars - start.length - end.length)}${end}`,
    ]),
  ];
}
