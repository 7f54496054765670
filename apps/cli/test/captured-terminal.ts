import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Terminal } from '../src/terminal.ts';

/** A terminal whose two streams can be read as text once they are ended. */
export interface CapturedTerminal extends Terminal {
  read(): Promise<{ stdout: string; stderr: string }>;
}

export function captureTerminal(): CapturedTerminal {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const texts = Promise.all([text(stdout), text(stderr)]);
  return {
    stdout,
    stderr,
    read: async () => {
      stdout.end();
      stderr.end();
      const [out, error] = await texts;
      return { stdout: out, stderr: error };
    },
  };
}
