import { colorsOf, isTerminal, type Terminal, write } from '../terminal.ts';
import type { Check, CheckResult } from './check.ts';

const NAME_WIDTH = 16;
const TITLE_WIDTH = 56;
const marks = { passed: '✓', failed: '✗', skipped: '-', not_run: '-' } as const;

type Colors = ReturnType<typeof colorsOf>;

/** One result as lines of a checklist: what failed says what to do. */
function formatResult(result: CheckResult, colors: Colors): string {
  const { outcome, check, title, ms } = result;
  const color = {
    passed: colors.green,
    failed: colors.red,
    skipped: colors.dim,
    not_run: colors.dim,
  }[outcome];
  const line = `${color(marks[outcome])} ${check.padEnd(NAME_WIDTH)}${title.padEnd(TITLE_WIDTH)}${time(ms)}`;
  if (result.outcome !== 'failed') return `${line}  ${colors.dim(result.note)}\n`;
  const { expected, came, advice } = result;
  return `${line}\n    expected  ${expected}\n    came      ${came}\n    do        ${advice}\n`;
}

/** Prints results as a checklist in which each has its place, as soon as its turn comes; or as lines of JSON. */
export class ResultPrinter {
  readonly #terminal: Terminal;
  readonly #json: boolean;
  readonly #colors: Colors;
  readonly #waiting: CheckResult[] = [];
  readonly #order: string[];
  #hasProgress = false;

  constructor(terminal: Terminal, checks: readonly Check[], options: { readonly json: boolean }) {
    this.#terminal = terminal;
    this.#json = options.json;
    this.#order = checks.map(({ name }) => name);
    this.#colors = colorsOf(terminal.stdout);
  }

  readonly add = (result: CheckResult, left: readonly Check[]): void => {
    this.clearProgress();
    this.#waiting.push(result);
    for (;;) {
      const index = this.#waiting.findIndex(({ check }) => check === this.#order[0]);
      const [next] = index === -1 ? [] : this.#waiting.splice(index, 1);
      if (next === undefined) break;
      this.#order.shift();
      this.#print(next);
    }
    this.#showProgress(left);
  };

  #print(result: CheckResult): void {
    const text = this.#json ? `${JSON.stringify(result)}\n` : formatResult(result, this.#colors);
    void write(this.#terminal, text);
  }

  /** A line that the next one takes the place of; only where somebody looks. */
  #showProgress(left: readonly Check[]): void {
    const { stderr } = this.#terminal;
    if (left.length === 0 || !isTerminal(stderr)) return;
    const names = left.slice(0, 4).map(({ name }) => name);
    const more = left.length > names.length ? ', …' : '';
    stderr.write(`\r\u001b[K${left.length} to go: ${names.join(', ')}${more}`);
    this.#hasProgress = true;
  }

  clearProgress(): void {
    if (this.#hasProgress) this.#terminal.stderr.write('\r\u001b[K');
    this.#hasProgress = false;
  }
}

function time(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`.padStart(8);
}
