import { codeSection } from './code-section.ts';
import { guess, guessHeading } from './guess.ts';
import { code, listed } from './markdown.ts';
import type { Material } from './material.ts';
import { nextSteps } from './next-steps.ts';
import { observe } from './observations.ts';
import { hasSteps, summarise } from './summary.ts';

/** The first line of every draft. */
function origin(looked: boolean): string {
  const method = looked
    ? 'a small program looked for the words of the issue in the code and put together what it found'
    : 'a small program put it together from the words of the issue alone';
  return `> **A draft by the demo model.** No language model wrote this: ${method}. Take it as a place to begin reading.`;
}

const orderRemark =
  'The text also gives orders to whatever reads it. I have left those aside; an issue is something to read, not something to obey.';

/** Writes the comment, in Markdown. The same material always gives the same words. */
export function draftComment(material: Material): string {
  const { issue, findings, looked } = material;
  const found = findings.hits.length > 0 || findings.files.length > 0;
  const sections = [
    origin(looked),
    '### The issue in short',
    [summarise(issue), ...(issue.givesOrders ? [orderRemark] : [])].join(' '),
    ...(found
      ? withFindings(material)
      : looked
        ? withoutFindings(material)
        : withoutLooking(material)),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Text in several scripts, for tests of what happens to characters on their way. */
export const otherScripts =
  'Greetings from elsewhere, which should arrive unbroken: 👩‍👩‍👧‍👦 🎉 👍🏽, 你好，世界, こんにちは, 안녕하세요, שלום עולם, مرحبا بالعالم.';

function withFindings(material: Material): string[] {
  const { issue, excerpts } = material;
  const observations = excerpts[0] === undefined ? [] : observe(excerpts[0], issue);
  const steps = nextSteps(material, observations);
  return [
    '### What the code says',
    ...codeSection(material),
    `### ${guessHeading[issue.kind]}`,
    guess(material, observations),
    ...(steps.length === 0 ? [] : ['### What to check next', bullets(steps)]),
  ];
}

function withoutFindings({ findings, terms }: Material): string[] {
  const words = findings.queries.length > 0 ? findings.queries : terms.map((term) => term.text);
  return [
    '### What the code says',
    words.length === 0
      ? 'The issue names nothing that I could have searched for, so I have nothing to show from the code.'
      : `Nothing, as far as I can tell. I searched for ${listed(words.map(code))} and found no line that contains any of it. I would rather say so than guess.`,
    '### What to check next',
    bullets([
      'Is this the right repository, and the branch the issue is about?',
      'Ask for the exact text of a message, or the name of a command, function or file: those can be searched for.',
      'Ask for the version, and for the steps that lead there.',
    ]),
  ];
}

function withoutLooking({ issue, terms }: Material): string[] {
  return [
    '### What the code says',
    'I do not know: I was given no tools to look into the repository, so all of the above comes from the issue alone.',
    '### What to check next',
    bullets([
      ...(terms.length === 0
        ? ['Ask for a name to search for: a function, a file, or the exact text of a message.']
        : [`Search the code for ${listed(terms.slice(0, 3).map((term) => code(term.text)))}.`]),
      hasSteps(issue)
        ? 'Follow the steps of the issue, and write down where the outcome first differs from the expected one.'
        : 'Ask for the shortest steps that lead there, and for the version.',
      'Look for an earlier issue about the same thing.',
    ]),
  ];
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
