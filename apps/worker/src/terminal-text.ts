/**
 * What commands a terminal, or reorders what it shows: all control characters (C0, DEL, and C1, which terminals take for
 * `ESC [` and the like as well), and the marks that override or isolate the direction of text. The marks that only hint at a
 * direction stay: text in Arabic or Hebrew needs them.
 */
const COMMANDS = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

const FIRST_C1 = 0x80;
const DELETE = 0x7f;
const CONTROL_PICTURES = 0x24_00;
const DELETE_PICTURE = '\u2421';

/**
 * Makes foreign text safe to print: what would command the terminal is shown instead, as a picture (`␛`) or as its number
 * (`\u009b`). Line feeds and tabs stay.
 */
export function terminalText(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(COMMANDS, picture);
}

/** Makes JSON safe to print without changing its value: what `JSON.stringify` leaves in strings as it is gets escaped. */
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
