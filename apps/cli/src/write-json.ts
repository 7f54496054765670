import { terminalJson } from '@runtape/worker/terminal-text';
import { type Terminal, write } from './terminal.ts';

/** Writes a value to stdout as one line of JSON. */
export async function writeJson(terminal: Terminal, value: unknown): Promise<void> {
  await write(terminal, `${terminalJson(JSON.stringify(value))}\n`);
}
