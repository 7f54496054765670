import { formatSeconds } from '../format-seconds.ts';
import {
  clearProgress,
  inOneLine,
  type Piece,
  showProgress,
  type Terminal,
  write,
  writeJson,
} from '../terminal.ts';
import type { Check, CheckResult } from './check.ts';

const NAME_WIDTH = 16;
const TITLE_WIDTH = 56;
const marks = { passed: '✓', failed: '✗', skipped: '-', not_run: '-' } as const;

const colors = { passed: 'green', failed: 'red', skipped: 'dim', not_run: 'dim' } as const;

function formatResult(result: CheckResult): readonly Piece[] {
  const { outcome, check, title, ms } = result;
  const mark: Piece = { text: marks[outcome], color: colors[outcome] };
  const line = ` ${check.padEnd(NAME_WIDTH)}${title.padEnd(TITLE_WIDTH)}${formatSeconds(ms, 2).padStart(8)}`;
  if (result.outcome !== 'failed') {
    return [mark, `${line}  `, { text: inOneLine(result.note), color: 'dim' }, '\n'];
  }
  const { expected, came: actual, advice } = result;
  const details = `\n    expected  ${expected}\n    got       ${inOneLine(actual)}\n    to do     ${advice}\n`;
  return [mark, line, details];
}

/** Prints results in the order of the checks, each as soon as possible; or as lines of JSON. */
export class ResultPrinter {
  readonly #terminal: Terminal;
  readonly #json: boolean;
  readonly #results: CheckResult[] = [];
  readonly #order: string[];
  #hasProgress = false;

  constructor(terminal: Terminal, checks: readonly Check[], options: { readonly json: boolean }) {
    this.#terminal = terminal;
    this.#json = options.json;
    this.#order = checks.map(({ name }) => name);
  }

  readonly add = (result: CheckResult, running: readonly Check[]): void => {
    this.clearProgress();
    this.#results.push(result);
    for (;;) {
      const index = this.#results.findIndex(({ check }) => check === this.#order[0]);
      const [next] = index === -1 ? [] : this.#results.splice(index, 1);
      if (next === undefined) break;
      this.#order.shift();
      this.#print(next);
    }
    this.#showProgress(running);
  };

  #print(result: CheckResult): void {
    if (this.#json) void writeJson(this.#terminal, result);
    else void write(this.#terminal, ...formatResult(result));
  }

  #showProgress(running: readonly Check[]): void {
    if (running.length === 0) return;
    const names = running.slice(0, 4).map(({ name }) => name);
    const more = running.length > names.length ? ', …' : '';
    const message = `${running.length} to go: ${names.join(', ')}${more}`;
    this.#hasProgress = showProgress(this.#terminal, message);
  }

  clearProgress(): void {
    if (this.#hasProgress) clearProgress(this.#terminal);
    this.#hasProgress = false;
  }
}
