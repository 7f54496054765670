import { type Level, type Logger, pino } from 'pino';
import { terminalJson } from './terminal-text.ts';

/** A logger that writes JSON lines to stderr. Foreign text in them cannot control the terminal. */
export function createLogger(name: string, level: Level | 'silent'): Logger {
  const stderr = pino.destination(2);
  return pino({ level, name }, { write: (line) => void stderr.write(terminalJson(line)) });
}
