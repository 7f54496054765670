import { terminalJson, terminalText } from '@runtape/worker/terminal-text';
import pc from 'picocolors';

/**
 * The two streams of a terminal program: the result on stdout, everything else on stderr. Only this
 * file writes to them, so that foreign text never controls the terminal.
 */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

type Color = 'dim' | 'green' | 'red' | 'yellow';

/** Text with an optional colour, which is shown only on a terminal. */
export type Piece = string | { readonly text: string; readonly color: Color };

/** Longer lines on stderr are truncated. */
const MAX_LINE_CHARS = 4000;

const CLEAR_LINE = '\r\u001b[K';

function isTerminal(stream: NodeJS.WritableStream): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}

/** Writes a line about the current progress to stderr. */
export function say({ stderr }: Terminal, message: string): void {
  stderr.write(`${paint(stderr, { text: shorten(message), color: 'dim' })}\n`);
}

/** Writes a line to stderr that the user should not miss. */
export function warn({ stderr }: Terminal, message: string): void {
  stderr.write(`${paint(stderr, { text: shorten(message), color: 'yellow' })}\n`);
}

/**
 * Writes a line that `clearProgress` removes, on a terminal only.
 * @returns whether the line is shown.
 */
export function showProgress({ stderr }: Terminal, message: string): boolean {
  if (!isTerminal(stderr)) return false;
  stderr.write(`${CLEAR_LINE}${terminalText(message)}`);
  return true;
}

export function clearProgress({ stderr }: Terminal): void {
  stderr.write(CLEAR_LINE);
}

/** Writes to stdout, and waits while its reader is slow, unless stdout has closed. */
export async function write({ stdout }: Terminal, ...pieces: readonly Piece[]): Promise<void> {
  const text = pieces.map((piece) => paint(stdout, piece)).join('');
  if (text === '' || stdout.write(text)) return;
  await new Promise<void>((resolve) => {
    const settle = (): void => {
      for (const event of WRITE_ENDS) stdout.off(event, settle);
      resolve();
    };
    for (const event of WRITE_ENDS) stdout.on(event, settle);
  });
}

/** Writes a value to stdout as one line of JSON. */
export async function writeJson(terminal: Terminal, value: unknown): Promise<void> {
  await write(terminal, `${terminalJson(JSON.stringify(value))}\n`);
}

const WRITE_ENDS = ['drain', 'error', 'close'] as const;

/**
 * Calls the listener once when stdout is closed, as by `| head`.
 * @returns a function that removes the listener.
 */
export function onStdoutClosed({ stdout }: Terminal, listener: () => void): () => void {
  stdout.once('error', listener);
  return () => stdout.off('error', listener);
}

function paint(stream: NodeJS.WritableStream, piece: Piece): string {
  if (typeof piece === 'string') return terminalText(piece);
  const colors = pc.createColors(isTerminal(stream) && pc.isColorSupported);
  return colors[piece.color](terminalText(piece.text));
}

/** Puts foreign text on one line, so that it cannot be mistaken for other lines of this program. */
export function inOneLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}

function shorten(line: string): string {
  if (line.length <= MAX_LINE_CHARS) return line;
  return `${line.slice(0, MAX_LINE_CHARS)} … (${line.length - MAX_LINE_CHARS} more characters)`;
}
