import { type Level, type Logger, pino } from 'pino';
import { terminalJson } from './terminal-text.ts';

/**
 * A logger that writes one JSON object a line to stderr. What foreign text there is in them, such as the words of a model's
 * endpoint in an error, commands no terminal.
 */
export function createLogger(name: string, level: Level | 'silent'): Logger {
  const stderr = pino.destination(2);
  return pino({ level, name }, { write: (line) => void stderr.write(terminalJson(line)) });
}
