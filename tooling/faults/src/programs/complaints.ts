/** What the programs, or Node for them, write when something of theirs is left that nobody ends. */
const COMPLAINTS = /^.*(?:kept alive by|MaxListenersExceededWarning).*$/gm;

/** The lines of an output that tell of something left over. */
export function complaintsIn(output: string): readonly string[] {
  return [...output.matchAll(COMPLAINTS)].map(([line]) => line);
}
