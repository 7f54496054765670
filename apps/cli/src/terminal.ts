import { terminalText } from '@runtape/worker/terminal-text';
import pc from 'picocolors';

/**
 * The two streams of a terminal program: the result on stdout, everything else on stderr. Only this file writes to them, so
 * that foreign text never commands the terminal.
 */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

type Color = 'dim' | 'green' | 'red' | 'yellow';

/** A piece of text, in a colour for who looks at it. */
export type Piece = string | { readonly text: string; readonly color: Color };

/** Above what a person reads of one line that is not the result. */
const MAX_LINE_CHARS = 4000;

const CLEAR_LINE = '\r\u001b[K';

/** Whether somebody looks at a stream. */
function isTerminal(stream: NodeJS.WritableStream): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}

/** A line beside the result: what happens now. */
export function say({ stderr }: Terminal, message: string): void {
  stderr.write(`${paint(stderr, { text: shorten(message), color: 'dim' })}\n`);
}

/** A line that a person should not miss. */
export function warn({ stderr }: Terminal, message: string): void {
  stderr.write(`${paint(stderr, { text: shorten(message), color: 'yellow' })}\n`);
}

/** A line that `clearProgress` takes away again; only where somebody looks. @returns whether it is shown. */
export function showProgress({ stderr }: Terminal, message: string): boolean {
  if (!isTerminal(stderr)) return false;
  stderr.write(`${CLEAR_LINE}${terminalText(message)}`);
  return true;
}

export function clearProgress({ stderr }: Terminal): void {
  stderr.write(CLEAR_LINE);
}

/** Writes to stdout, and waits while whoever reads it is slow; not for one who has left. */
export async function write({ stdout }: Terminal, ...pieces: readonly Piece[]): Promise<void> {
  const text = pieces.map((piece) => paint(stdout, piece)).join('');
  if (text === '' || stdout.write(text)) return;
  await new Promise<void>((resolve) => {
    const settle = (): void => {
      for (const event of SETTLING) stdout.off(event, settle);
      resolve();
    };
    for (const event of SETTLING) stdout.on(event, settle);
  });
}

const SETTLING = ['drain', 'error', 'close'] as const;

/**
 * Hears once when nobody reads stdout any more, as behind `| head`.
 * @returns stops hearing.
 */
export function onStdoutClosed({ stdout }: Terminal, listener: () => void): () => void {
  stdout.once('error', listener);
  return () => stdout.off('error', listener);
}

/** Colours are for who looks; what goes into a file, or into another program, has none. */
function paint(stream: NodeJS.WritableStream, piece: Piece): string {
  if (typeof piece === 'string') return terminalText(piece);
  const colors = pc.createColors(isTerminal(stream) && pc.isColorSupported);
  return colors[piece.color](terminalText(piece.text));
}

function shorten(line: string): string {
  if (line.length <= MAX_LINE_CHARS) return line;
  return `${line.slice(0, MAX_LINE_CHARS)} … (${line.length - MAX_LINE_CHARS} more characters)`;
}
