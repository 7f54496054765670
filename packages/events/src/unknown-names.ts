/** Shorter names are contained in too many others by chance. */
const MIN_PART = 4;
const MAX_SHOWN = 80;
/** Each name costs a comparison with every known name, and a sentence. */
const MAX_NAMES = 10;

/**
 * Describes unknown names: for each, the known name that was probably meant; if there is none, also
 * the list of known names. Describes at most 10 names and counts the rest.
 * @param elsewhere names that belong in another place, with that place.
 */
export function describeUnknownNames(
  names: readonly string[],
  known: readonly string[],
  elsewhere: Readonly<Record<string, string>> = {},
): string {
  const described = names.slice(0, MAX_NAMES).map((name) => {
    const place = Object.hasOwn(elsewhere, name) ? elsewhere[name] : undefined;
    if (place !== undefined) return `"${name}" goes ${place}.`;
    const meant = closestName(name, known);
    const unknown = `There is no "${name.slice(0, MAX_SHOWN)}" here.`;
    return meant === undefined ? unknown : `${unknown} Did you mean "${meant}"?`;
  });
  const more = names.length - described.length;
  return [
    ...described,
    ...(more > 0 ? [`There are ${more} more names that are not known.`] : []),
    ...(described.some((text) => text.endsWith('here.')) ? [listNames(known)] : []),
  ].join(' ');
}

function listNames(known: readonly string[]): string {
  return known.length === 0 ? 'Nothing is taken.' : `Known: ${known.join(', ')}.`;
}

function closestName(name: string, known: readonly string[]): string | undefined {
  const typed = name.slice(0, MAX_SHOWN).toLowerCase();
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(typed, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.ceil(typed.length / 3))
    .toSorted((a, b) => a.distance - b.distance);
  const [nearest] = near;
  if (nearest?.distance === 1) return nearest.candidate;
  return known.find((candidate) => isPart(typed, candidate.toLowerCase())) ?? nearest?.candidate;
}

function isPart(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= MIN_PART && long.includes(short);
}

/** Returns the number of letters to add, drop or replace (Levenshtein distance). */
function editDistance(a: string, b: string): number {
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 0; row < a.length; row += 1) {
    const next = [row + 1];
    for (let column = 1; column <= b.length; column += 1) {
      const [left = 0, above = 0, before = 0] = [next[column - 1], last[column], last[column - 1]];
      const replaced = before + (b[column - 1] === a[row] ? 0 : 1);
      next.push(Math.min(left + 1, above + 1, replaced));
    }
    last = next;
  }
  return last[b.length] ?? 0;
}
