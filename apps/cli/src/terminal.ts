import pc from 'picocolors';

/** The two streams of a terminal program: the result on stdout, everything else on stderr. */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** Whether somebody looks at a stream. */
export function isTerminal(stream: NodeJS.WritableStream): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}

/** Colours for who looks at it; what goes into a file, or into another program, has none. */
export function colorsOf(stream: NodeJS.WritableStream): ReturnType<typeof pc.createColors> {
  return pc.createColors(isTerminal(stream) && pc.isColorSupported);
}

/** A line beside the result: what happens now. */
export function say({ stderr }: Terminal, message: string): void {
  stderr.write(`${colorsOf(stderr).dim(message)}\n`);
}

/** A line that a person should not miss. */
export function warn({ stderr }: Terminal, message: string): void {
  stderr.write(`${colorsOf(stderr).yellow(message)}\n`);
}

/**
 * Writes to stdout, and waits while whoever reads it is slow.
 */
export async function write({ stdout }: Terminal, text: string): Promise<void> {
  if (text === '' || stdout.write(text)) return;
  await new Promise<void>((resolve) => {
    stdout.once('drain', resolve);
  });
}
