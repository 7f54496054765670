import type { IssueKind } from '../thinking/issue-text.ts';
import { code, listed, place } from './markdown.ts';
import type { Material } from './material.ts';
import type { Observation } from './observations.ts';
import { hasSteps } from './summary.ts';

const mostSteps = 5;
const mostPlaces = 2;

/** What to do with the place that was found, depending on what the issue wants. */
const aboutSubject: Readonly<Record<Exclude<IssueKind, 'bug'>, (subject: string) => string>> = {
  slowness: (subject) =>
    `Measure ${subject} with an input as large as the reported one, and with half of it.`,
  feature: (subject) =>
    `Decide what ${subject} does for those who do not ask for the new behaviour; it should be what it does today.`,
  documentation: (subject) => `Compare what is written about ${subject} with what it does today.`,
  question: (subject) =>
    `Read ${subject} with the question in mind, then try it once with the example of the issue.`,
};

/** What someone could do next, as items of a list; each rests on something that was found, or was not. */
export function nextSteps(material: Material, observations: readonly Observation[]): string[] {
  const { issue, excerpts, uses, terms } = material;
  const [first] = excerpts;
  const subject = code(first?.inside ?? first?.terms[0] ?? terms[0]?.text ?? '');
  const reported = issue.kind === 'bug' || issue.kind === 'slowness';
  const steps: (string | false)[] = [
    reported &&
      !hasSteps(issue) &&
      'Ask for the shortest steps that show it, and for the version it was seen with.',
    ...(reported && first !== undefined
      ? observations.map(({ line, check }) => `At ${place(first.path, line)}: ${check}.`)
      : []),
    issue.kind !== 'bug' && aboutSubject[issue.kind](subject),
    uses.length > 0 &&
      `Read where ${subject} is used (for instance ${places(uses, 'and')}), and what relies on it there.`,
    first !== undefined && testStep(material, subject),
    ...missedSteps(material),
    issue.kind === 'question' &&
      'If the documentation does not answer this, it could: the next reader will ask again.',
  ];
  return steps.filter((step) => step !== false).slice(0, mostSteps);
}

/** What a search that found nothing suggests. A message that is not in the code comes from somewhere else. */
function missedSteps({ findings, terms }: Material): string[] {
  const missed = findings.queries.filter(
    (query) => !findings.hits.some((hit) => hit.query === query),
  );
  const messages = missed.filter((query) =>
    terms.some((term) => term.kind === 'message' && term.text === query),
  );
  const others = missed.filter((query) => !messages.includes(query));
  return [
    ...messages.map(
      (message) =>
        `The text ${code(message)} did not come up in the search; a dependency or a service may be what says it.`,
    ),
    ...(others.length === 0
      ? []
      : [
          `Nothing came up for ${listed(others.map(code))}: it may go by another name in the code.`,
        ]),
  ];
}

function testStep({ tests, issue }: Material, subject: string): string {
  if (tests.length > 0) {
    return issue.kind === 'question'
      ? `See how ${places(tests, 'or')} uses it; a test is an example that is known to work.`
      : `See whether ${places(tests, 'or')} covers this case already.`;
  }
  return issue.kind === 'bug'
    ? `No test came up for ${subject}; one that fails in the way the issue describes would be a good first step.`
    : `No test came up for ${subject}; write one before changing it.`;
}

/** The first places, at most one in each file. */
function places(
  hits: readonly { readonly path: string; readonly line: number }[],
  joint: 'and' | 'or',
): string {
  const firstOfEachFile = hits.filter(
    (hit, index) => hits.findIndex((other) => other.path === hit.path) === index,
  );
  return firstOfEachFile
    .slice(0, mostPlaces)
    .map(({ path, line }) => place(path, line))
    .join(` ${joint} `);
}
