/** As git does it: a NUL among the first bytes makes a file binary. */
const SNIFFED_BYTES = 8_000;

/** The text of a file; `null` when it is no text. A byte order mark is left out. */
export function textOf(bytes: Buffer): string | null {
  return bytes.subarray(0, SNIFFED_BYTES).includes(0) ? null : new TextDecoder().decode(bytes);
}

/** The lines of a text, without their ends; a line end at the end of the text begins no further line. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines;
}
