import type { IssueKind } from '../thinking/issue-text.ts';
import { range } from './code-section.ts';
import { code, listed } from './markdown.ts';
import type { Material } from './material.ts';
import type { Observation } from './observations.ts';

export const guessHeading: Readonly<Record<IssueKind, string>> = {
  bug: 'A first guess',
  slowness: 'A first guess',
  feature: 'Where it might fit',
  documentation: 'Where the words are',
  question: 'Where the answer may be',
};

const beginning: Readonly<Record<IssueKind, (place: string) => string>> = {
  bug: (place) => `If I had to begin somewhere, it would be with ${place}`,
  slowness: (place) => `The first place I would measure is ${place}`,
  feature: (place) => `If this is built, ${place} looks like its nearest neighbour`,
  documentation: (place) =>
    `The text to change, or the code it speaks of, is probably near ${place}`,
  question: (place) => `The answer is probably to be read from ${place}`,
};

const ending: Readonly<Record<IssueKind, string>> = {
  bug: 'If the reported case comes through here, that may be part of the explanation. I have read these lines and not run them, so this is a pointer and not a finding.',
  slowness:
    'Whether the time is really spent here, only a measurement can tell; I have read these lines and not run them.',
  feature:
    'Whether the new part belongs into it or beside it depends on who relies on it today. That is for someone to decide who knows the code.',
  documentation: 'What the words should be instead, someone has to say who knows what was meant.',
  question:
    'I have read these lines and not run them; someone who knows the code should confirm it before it is given as an answer.',
};

/** A modest hypothesis: where to begin, and why there. */
export function guess(
  { issue, terms, excerpts }: Material,
  observations: readonly Observation[],
): string {
  const [first] = excerpts;
  if (first === undefined) {
    return 'The lines above only contain the words; I have not seen what is around them. They are places to begin reading, and nothing more.';
  }
  const where =
    first.inside === undefined ? range(first) : `${code(first.inside)} (${range(first)})`;
  const met = first.terms.length;
  const why =
    met > 1
      ? `: ${met} of the ${terms.length} words I took from the issue meet there`
      : `, because ${code(first.terms[0] ?? '')} is what the issue names and this is where it stands`;
  const seen = observations.map(({ sentence }) => sentence);
  return [
    `${beginning[issue.kind](where)}${why}.`,
    ...(seen.length === 0 ? [] : [`What strikes the eye: ${listed(seen)}.`]),
    ending[issue.kind],
  ].join(' ');
}
