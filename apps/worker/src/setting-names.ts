import type { SettingProblem } from './access-env.ts';

/** The prefixes of access settings: unknown names with them are always reported. */
const ACCESS_PREFIXES = ['AUTH_', 'MAY_', 'ALLOWED_'];
/** Access settings of servers, which may share their environment with workers. */
const SERVER_ACCESS = ['ALLOWED_HOSTS', 'ALLOWED_ORIGINS'];
/** Variables of the command line. */
const OTHER_NAMES = ['RUNTAPE_TOKEN', 'RUNTAPE_URL', 'RUNTAPE_VERSION'];
/** Shorter names resemble too many others by chance. */
const MIN_LENGTH = 6;
const LONG = 8;
/** Longer names are not compared. */
const MAX_LENGTH = 40;

export interface NameCheck {
  /** Empty or misspelt access settings: the program must not start. */
  readonly problems: readonly SettingProblem[];
  /** Other names that look misspelt, as sentences. */
  readonly warnings: readonly string[];
}

/**
 * Finds misspelt settings, and empty access settings.
 * @param known the names of the program's settings.
 */
export function checkNames(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): NameCheck {
  const settings = [...new Set([...known, ...SERVER_ACCESS])];
  const problems: SettingProblem[] = [];
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || OTHER_NAMES.includes(name)) continue;
    if (settings.includes(name)) {
      if (isAccess(name) && value.trim() === '') {
        problems.push({ name, message: 'set, but empty. Give it a value, or remove it' });
      }
      continue;
    }
    const intended = closest(name, settings);
    const hint = intended === undefined ? '' : ` Did you mean ${intended}?`;
    if (isAccess(name) || (intended !== undefined && isAccess(intended))) {
      problems.push({ name, message: `not a setting.${hint}` });
    } else if (intended !== undefined || name.startsWith('RUNTAPE_')) {
      warnings.push(`${name} is not a setting and has no effect.${hint}`);
    }
  }
  return { problems, warnings };
}

function isAccess(name: string): boolean {
  return ACCESS_PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** The setting that was probably meant: written differently, or with one or two typos. */
function closest(name: string, known: readonly string[]): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const typed = plain(name);
  const unprefixed = plain(name.replace(/^RUNTAPE_/i, ''));
  const [nearest] = known
    .filter(({ length }) => length >= MIN_LENGTH)
    .map((candidate) => ({
      candidate,
      distance: Math.min(
        editDistance(typed, plain(candidate)),
        editDistance(unprefixed, plain(candidate)),
      ),
    }))
    .filter(({ candidate, distance }) => distance <= (candidate.length >= LONG ? 2 : 1))
    .toSorted((a, b) => a.distance - b.distance);
  return nearest?.candidate;
}

function plain(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
}

/** The edit distance with swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Number.POSITIVE_INFINITY;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const replaced = (last[column - 1] ?? 0) + (isSame ? 0 : 1);
      const swapped = isSwapped ? (beforeLast[column - 2] ?? 0) + 1 : replaced;
      const changed = Math.min((next[column - 1] ?? 0) + 1, (last[column] ?? 0) + 1);
      next.push(Math.min(changed, replaced, swapped));
    }
    [beforeLast, last] = [last, next];
  }
  return last[b.length] ?? 0;
}
