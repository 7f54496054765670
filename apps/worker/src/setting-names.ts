import type { SettingProblem } from './access-env.ts';

/** What decides who may do what has one of these in front, and so nothing that begins so is passed over. */
const ACCESS_PREFIXES = ['AUTH_', 'MAY_', 'ALLOWED_'];
/** Settings of servers that decide who gets in; a worker may share their environment. */
const SERVER_ACCESS = ['ALLOWED_HOSTS', 'ALLOWED_ORIGINS'];
/** Read by the command line, and by no setting of a server or worker. */
const OTHER_NAMES = ['RUNTAPE_TOKEN', 'RUNTAPE_URL', 'RUNTAPE_VERSION'];
/** Shorter names are close to too many others by chance. */
const MIN_LENGTH = 6;
const LONG = 8;
/** No name of ours is much longer, and what is compared is to stay short. */
const MAX_LENGTH = 40;

export interface NameCheck {
  /** Access settings that are empty or misspelt: the program must not start. */
  readonly problems: readonly SettingProblem[];
  /** Others that look misspelt, as sentences. */
  readonly warnings: readonly string[];
}

/**
 * Looks for settings that were meant and do not count: a name that nobody knows, or an access setting without a value. Of those
 * that decide who may do what none is passed over.
 * @param known the names of the program's settings.
 */
export function checkNames(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): NameCheck {
  const ours = [...new Set([...known, ...SERVER_ACCESS])];
  const problems: SettingProblem[] = [];
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || OTHER_NAMES.includes(name)) continue;
    if (ours.includes(name)) {
      if (isAccess(name) && value.trim() === '') {
        problems.push({ name, message: 'set, but empty. Give it a value, or remove it' });
      }
      continue;
    }
    const meant = closest(name, ours);
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    if (isAccess(name) || (meant !== undefined && isAccess(meant))) {
      problems.push({ name, message: `not a setting.${hint}` });
    } else if (meant !== undefined || name.startsWith('RUNTAPE_')) {
      warnings.push(`${name} is not a setting and has no effect.${hint}`);
    }
  }
  return { problems, warnings };
}

function isAccess(name: string): boolean {
  return ACCESS_PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** The setting that was most likely meant: by another way to write it, or by a slip or two of the fingers. */
function closest(name: string, known: readonly string[]): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const typed = plain(name);
  const unprefixed = plain(name.replace(/^RUNTAPE_/i, ''));
  const [nearest] = known
    .filter(({ length }) => length >= MIN_LENGTH)
    .map((candidate) => ({
      candidate,
      distance: Math.min(slips(typed, plain(candidate)), slips(unprefixed, plain(candidate))),
    }))
    .filter(({ candidate, distance }) => distance <= (candidate.length >= LONG ? 2 : 1))
    .toSorted((a, b) => a.distance - b.distance);
  return nearest?.candidate;
}

function plain(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
}

/** How many letters one would add, drop, replace or swap with the next (optimal string alignment). */
function slips(a: string, b: string): number {
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
