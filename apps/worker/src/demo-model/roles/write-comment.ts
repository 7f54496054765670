import { excerptBlock, range } from '../drafting/code-section.ts';
import { guess, guessHeading } from '../drafting/guess.ts';
import { code, listed } from '../drafting/markdown.ts';
import type { Material } from '../drafting/material.ts';
import { nextSteps } from '../drafting/next-steps.ts';
import { observe } from '../drafting/observations.ts';
import { summarise } from '../drafting/summary.ts';

const origin =
  '> **A draft by the demo model.** No language model wrote this: a small program put it together from the issue and from the notes of another, which looked for the words of the issue in the code. Take it as a place to begin reading.';

const saysNext = /\bnext\b|\bcheck\b|\bsteps?\b/i;
const saysMissing = /\bdoes not speak of\b|\bdoes not mention\b/i;

/**
 * Writes the comment from the notes, in Markdown. A first version says what the notes show and no more; what a critic misses is
 * added when it is asked for.
 * @param remarks the critic's, of all times the draft was sent back.
 */
export function writeComment(material: Material, remarks: readonly string[]): string {
  const { issue, excerpts } = material;
  const [first] = excerpts;
  const observations = first === undefined ? [] : observe(first, issue);
  const sections = [
    origin,
    '### The issue in short',
    summarise(issue),
    '### What the code says',
    ...(first === undefined ? [nothingNoted(material)] : excerptsOf(material)),
    ...spokenOf(remarks),
    ...(first === undefined
      ? []
      : [`### ${guessHeading[issue.kind]}`, guess(material, observations)]),
    ...(remarks.some((remark) => saysNext.test(remark))
      ? ['### What to check next', bullets(stepsFor(material))]
      : []),
    ...leftOpen(remarks),
  ];
  return `${sections.join('\n\n')}\n`;
}

function excerptsOf({ excerpts }: Material): string[] {
  return excerpts.flatMap((excerpt, index) => [
    `${index === 0 ? 'The most telling place in the notes is' : 'They also show'} ${range(excerpt)}:`,
    excerptBlock(excerpt),
  ]);
}

function nothingNoted({ looked, findings }: Material): string {
  if (!looked) return 'I do not know: nobody could look into the repository for this draft.';
  return findings.hits.length === 0
    ? 'Nothing that the notes could show. I would rather say so than guess.'
    : `The notes only name lines that contain the words: ${listed(
        findings.hits.slice(0, 3).map(({ path, line }) => code(`${path}:${line}`)),
      )}.`;
}

function stepsFor(material: Material): string[] {
  const { issue, excerpts } = material;
  const [first] = excerpts;
  const steps = nextSteps(material, first === undefined ? [] : observe(first, issue));
  return steps.length > 0
    ? steps
    : [
        'Ask for the exact text of a message, or the name of a function or file: those can be searched for.',
      ];
}

/** A name that the critic misses, and of which the notes have no more than what is shown already. */
function spokenOf(remarks: readonly string[]): string[] {
  const names = remarks
    .filter((remark) => saysMissing.test(remark))
    .flatMap((remark) => [...remark.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
  return names.length === 0
    ? []
    : [`Of ${listed([...new Set(names)].map(code))} the notes show nothing beyond this.`];
}

/** A program of this kind does not understand every remark; it says which. */
function leftOpen(remarks: readonly string[]): string[] {
  const open = remarks.filter((remark) => !saysNext.test(remark) && !saysMissing.test(remark));
  return open.length === 0 ? [] : ['### Still open', bullets(open)];
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
