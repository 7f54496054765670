/**
 * Characters that control a terminal or reorder its text: all control characters (C0, DEL and C1,
 * which terminals take for `ESC [` and the like), and the marks that override or isolate text
 * direction. Marks that only hint at a direction stay, since Arabic and Hebrew need them.
 */
const COMMANDS = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

const FIRST_C1 = 0x80;
const DELETE = 0x7f;
const CONTROL_PICTURES = 0x24_00;
const DELETE_PICTURE = '\u2421';

/**
 * Makes foreign text safe to print: control characters become pictures (`␛`) or numbers (`\u009b`).
 * Line feeds and tabs stay.
 */
export function terminalText(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(COMMANDS, picture);
}

/**
 * Makes JSON safe to print without changing its value, by escaping what `JSON.stringify` does not.
 */
export function terminalJson(json: string): string {
  return json.replaceAll(COMMANDS, (char) => (char === '\n' ? char : escaped(char)));
}

function picture(char: string): string {
  if (char === '\n' || char === '\t') return char;
  const code = char.charCodeAt(0);
  if (code === DELETE) return DELETE_PICTURE;
  return code < FIRST_C1 ? String.fromCharCode(CONTROL_PICTURES + code) : escaped(char);
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
