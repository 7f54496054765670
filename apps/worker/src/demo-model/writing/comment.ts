import { isComment, isImport, isTest } from '../reading/code-lines.ts';
import { bestExcerpts, type Excerpt } from '../reading/excerpts.ts';
import type { Findings, TermHit } from '../reading/findings.ts';
import type { Issue } from '../reading/issue-text.ts';
import type { Term } from '../reading/search-terms.ts';
import { bullets, code, codeBlock, counted, listed, place } from './markdown.ts';
import { EXCERPT_LINES, weighByRarity } from './next-calls.ts';

/** The content for a comment. */
export interface Material {
  readonly issue: Issue;
  readonly terms: readonly Term[];
  readonly findings: Findings;
  /** At most two, from different files, best first. */
  readonly excerpts: readonly Excerpt[];
  /** Lines that use the code of the first excerpt. */
  readonly uses: readonly TermHit[];
  /** Lines of tests that use it. */
  readonly tests: readonly TermHit[];
  /** Whether any tool was called. */
  readonly calledTools: boolean;
}

/** Text in several scripts, for tests of character encoding in transit. */
export const otherScripts =
  'Greetings from elsewhere, which should arrive unbroken: 👩‍👩‍👧‍👦 🎉 👍🏽, 你好，世界, こんにちは, 안녕하세요, שלום עולם, مرحبا بالعالم.';

const MAX_EXCERPTS = 2;
const MAX_NAMED = 3;
const MAX_HITS = 6;

/** Selects the most interesting lines of the findings. */
export function collectMaterial(
  issue: Issue,
  terms: readonly Term[],
  findings: Findings,
  calledTools: boolean,
): Material {
  const weighed = weighByRarity(terms, findings);
  const excerpts = bestExcerpts(findings.files, weighed, EXCERPT_LINES).slice(0, MAX_EXCERPTS);
  const [first] = excerpts;
  const names = first?.inside === undefined ? (first?.terms ?? []) : [first.inside];
  const uses = findings.hits
    .filter(({ text }) => !isImport(text) && !isComment(text))
    .filter(({ text }) => names.some((name) => text.split(/[^\p{L}\p{N}_$]+/u).includes(name)))
    .filter(({ path, line }) => path !== first?.path || line < first.from || line > first.to);
  const [tests = [], sources = []] = [true, false].map((wanted) =>
    uses.filter(({ path }) => isTest(path) === wanted),
  );
  return { issue, terms, findings, calledTools, excerpts, uses: sources, tests };
}

/** Writes the comment in Markdown. The same material always gives the same text. */
export function writeComment(material: Material): string {
  const { issue, terms, findings, calledTools } = material;
  const found = findings.hits.length > 0 || findings.files.length > 0;
  const method = calledTools
    ? 'a small program looked for the words of the issue in the code and put together what it found'
    : 'a small program put it together from the words of the issue alone';
  return sections([
    ...introduction(method, issue, terms),
    ...(found ? describeFindings(material) : [explainNoFindings(material)]),
    found && '### A first guess',
    found && firstGuess(material),
    '### What to check next',
    bullets(found ? nextSteps(material) : QUESTIONS),
  ]);
}

/** An optional part of a text. */
export type Part = string | false | undefined;

export function sections(parts: readonly Part[]): string {
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

/** The start of every comment: its author, and the terms from the issue. */
export function introduction(method: string, { title }: Issue, terms: readonly Term[]): string[] {
  const words =
    terms.length === 0
      ? 'It names nothing that I could have searched for.'
      : `The words that say most about where it belongs are ${listed(terms.map(({ text }) => code(text)))}.`;
  return [
    `> **A draft by the demo model.** No language model wrote this: ${method}. Take it as a place to begin reading.`,
    '### The issue in short',
    `The issue is titled “${title}”. ${words} I have taken nothing but words from its text: whatever else it asks for, I have not done.`,
    '### What the code says',
  ];
}

/** Describes the searches and findings, with the lines themselves. */
export function describeFindings({ excerpts, findings, uses }: Material): Part[] {
  const { queries, hits, listed: files } = findings;
  const [first, second] = excerpts;
  const counts = queries.map((query) => {
    const lines = hits.filter((hit) => hit.query === query).length;
    return `${code(query)} on ${lines === 0 ? 'no line' : counted(lines, 'line')}`;
  });
  if (files.length > 0) counts.push(`${counted(files.length, 'file')} by name`);
  const searched = `I searched the repository and found ${listed(counts)}.`;
  if (first === undefined) {
    const lines = hits
      .slice(0, MAX_HITS)
      .map((hit) => `${hit.path}:${hit.line}: ${hit.text.trim()}`);
    return [searched, 'These are the first lines:', codeBlock(lines, '')];
  }
  const places = listed(uses.slice(0, MAX_NAMED).map(citeHit));
  const more = uses.length > MAX_NAMED ? `, among ${counted(uses.length, 'place')}` : '';
  return [
    searched,
    `The most telling place is ${describeExcerpt(first)}:`,
    codeBlock(first.lines, first.path),
    uses.length > 0 && `It also comes up in ${places}${more}.`,
    second && `Also worth reading is ${describeExcerpt(second)}:`,
    second && codeBlock(second.lines, second.path),
  ];
}

export function citeHit({ path, line }: TermHit): string {
  return place({ path, from: line });
}

function describeExcerpt(excerpt: Excerpt): string {
  const inside = excerpt.inside === undefined ? '' : `${code(excerpt.inside)}, `;
  return `${inside}${place(excerpt)}, because of ${listed(excerpt.terms.slice(0, MAX_NAMED).map(code))}`;
}

function explainNoFindings({ findings: { queries }, calledTools }: Material): string {
  if (!calledTools) {
    return 'I do not know: I was given no tools to look into the repository, so all of the above comes from the issue alone.';
  }
  return queries.length === 0
    ? 'There was nothing to search for, so I have nothing to show from the code.'
    : `Nothing, as far as I can tell. I searched for ${listed(queries.map(code))} and found no line that contains any of it. I would rather say so than guess.`;
}

function firstGuess({ excerpts: [first], terms }: Material): string {
  if (first === undefined) {
    return 'The lines above only contain the words; I have not seen what is around them. They are places to begin reading, and nothing more.';
  }
  return `I would begin with ${describeExcerpt(first)}: it has ${first.terms.length} of the ${counted(terms.length, 'word')} that I took from the issue. If the case that the issue describes comes through here, these lines may be part of the explanation. I have read these lines and not run them, so this is a pointer and not a finding.`;
}

const QUESTIONS = [
  'Is this the right repository, and the branch the issue is about?',
  'Ask for the exact text of a message, or the name of a command, function or file: those can be searched for.',
  'Ask for the version, and for the steps that lead there.',
];

/** Suggests next steps; each is based on a finding, or on a lack of findings. */
function nextSteps({ excerpts, uses, tests, findings: { queries, hits } }: Material): Part[] {
  const [first] = excerpts;
  const subject = code(first?.inside ?? first?.terms[0] ?? queries[0] ?? '');
  const missed = queries.filter((query) => !hits.some((hit) => hit.query === query)).map(code);
  const places = listed(uses.slice(0, 2).map(citeHit));
  return [
    first && `Compare ${place(first)} with the case that the issue describes, line by line.`,
    uses.length > 0 &&
      `Read where ${subject} is used (for instance ${places}), and what relies on it there.`,
    tests.length > 0
      ? `See whether ${listed(tests.slice(0, 2).map(citeHit))} covers this case already.`
      : `No test came up for ${subject}; one that fails in the way the issue describes would be a good first step.`,
    missed.length > 0 &&
      `Nothing came up for ${listed(missed)}: it may go by another name in the code, or come from a dependency or a service.`,
    'Ask for the shortest steps that show it, and for the version it was seen with.',
  ];
}
