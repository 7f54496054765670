import type { Issue, IssueKind } from '../thinking/issue-text.ts';
import { shortened } from '../thinking/issue-text.ts';
import { stopWords } from '../thinking/stop-words.ts';

const longestSentence = 260;

const opening: Readonly<Record<IssueKind, string>> = {
  bug: 'This reads like a bug report.',
  slowness: 'This is about speed or memory.',
  feature: 'This asks for something that is not there yet.',
  documentation: 'This is about the documentation.',
  question: 'This reads like a question rather than a report.',
};

/** How the sentences of an issue are introduced: what it is about, and what it hopes for. */
const matterIs: Readonly<Record<IssueKind, string>> = {
  bug: 'What was seen',
  slowness: 'What was seen',
  feature: 'The situation',
  documentation: 'The point',
  question: 'What it is about',
};

/** Ways to say what one would like, the plainest first. */
const hopes: readonly RegExp[] = [
  /\b(?:expect|supposed to|would (?:be (?:nice|great|good|useful|helpful)|like|help)\b|propos|suggest)/i,
  /\b(?:should(?:n't)?|ought to|instead of|wish|could (?:we|you|it)|let (?:me|us|people|users))\b/i,
  /\bwant\w*\b/i,
];
/** What only says that something is hoped for, and not what. */
const hopeOpening =
  /^(?:so )?(?:it (?:would|'d) be (?:nice|great|good|useful|helpful) (?:if|to)|they (?:would )?(?:have )?(?:expect|like|want|wish|propose|suggest)(?:ed)?(?: for| that)?|please)\s+/i;

const matter =
  /\b(?:but|however|when|after|while|if|never|always|twice|again|still|fails?|error|wrong|lost|missing|stuck|hangs?|shows?|only|cannot|can't|doesn't|does not|no way|slow|today|currently|without|because)\b/gi;
const chatter =
  /^(?:hi|hello|hey|thanks|thank you|sorry|great|love|cheers|please see|see above)\b/i;

const steps = /\b(?:to reproduce|reproduction|repro)\b|^[ \t]{0,8}1[.)]\s/im;

/** Says in a few sentences what an issue is about, as someone would who passes it on. */
export function summarise(issue: Issue): string {
  const telling = issue.sentences.filter(
    (sentence) => sentence.length > 15 && !chatter.test(sentence),
  );
  const asked = issue.title.endsWith('?')
    ? issue.title
    : telling.find((sentence) => sentence.endsWith('?'));
  const statements = telling.filter((sentence) => !sentence.endsWith('?'));
  const hoped = hopes
    .map((words) => statements.find((sentence) => words.test(sentence)))
    .find((sentence) => sentence !== undefined);
  const seen = mostTelling(statements.filter((sentence) => sentence !== hoped));
  return [
    opening[issue.kind],
    ...(seen === undefined ? [] : [`${matterIs[issue.kind]}: ${reported(seen)}`]),
    ...(hoped === undefined ? [] : [`What is hoped for: ${hope(hoped)}`]),
    ...(asked === undefined
      ? []
      : [`${issue.kind === 'question' ? 'The question' : 'It also asks'}: ${reported(asked)}`]),
    ...(telling.length === 0 ? ['There is little text to go by beyond its title.'] : []),
    ...(issue.kind === 'bug' ? [stepsRemark(issue)] : []),
  ].join(' ');
}

function hope(sentence: string): string {
  return lowered(reported(sentence).replace(hopeOpening, ''));
}

/** Whether an issue says how to see for oneself what it reports. */
export function hasSteps(issue: Issue): boolean {
  return steps.test(issue.text);
}

function stepsRemark(issue: Issue): string {
  return hasSteps(issue)
    ? 'It says how to reproduce it, which helps.'
    : 'It does not say step by step how to reproduce it.';
}

function mostTelling(sentences: readonly string[]): string | undefined {
  const scored = sentences.map((sentence, index) => ({
    sentence,
    score:
      (sentence.match(matter)?.length ?? 0) * 2 +
      (sentence.match(/`[^`]+`/g)?.length ?? 0) -
      index / 4 -
      (sentence.length > longestSentence ? 2 : 0),
  }));
  return scored.sort((a, b) => b.score - a.score)[0]?.sentence;
}

const thirdPerson: readonly (readonly [RegExp, string])[] = [
  [/\b(?:I['’]m|I am|we['’]re|we are)\b/gi, 'they are'],
  [/\b(?:I was|we were)\b/gi, 'they were'],
  [/\b(?:I|we)['’]ve\b/gi, 'they have'],
  [/\b(?:I|we)['’]d\b/gi, 'they would'],
  [/\b(?:I|we)['’]ll\b/gi, 'they will'],
  [/\bI\b|\bwe\b/g, 'they'],
  [/\bWe\b/g, 'They'],
  [/\b(?:my|our)\b/gi, 'their'],
  [/\b(?:mine|ours)\b/gi, 'theirs'],
  [/\b(?:myself|ourselves)\b/gi, 'themselves'],
  [/\b(?:me|us)\b/g, 'them'],
];

/** What joins a sentence to the one before it, or is a label of a form. */
const joint =
  /^(?:(?:but|and|so|also|however|then|still),?|(?:expected|actual|current|observed)(?: (?:behaviou?r|result))? ?:)\s+/i;

/** A sentence as a third person would pass it on; code in it stays as it is. */
function reported(sentence: string): string {
  const words = shortened(sentence.replace(joint, ''), longestSentence)
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith('`')
        ? part
        : thirdPerson.reduce(
            (text, [pattern, replacement]) => text.replaceAll(pattern, replacement),
            part,
          ),
    )
    .join('');
  const begun = lowered(words);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}

/** Lower case for a first word that would have it in the middle of a sentence; names keep their capital. */
function lowered(sentence: string): string {
  const first = /^[A-Z][a-z']*(?![\w-])/.exec(sentence)?.[0].toLowerCase();
  return first !== undefined && stopWords.has(first)
    ? sentence.charAt(0).toLowerCase() + sentence.slice(1)
    : sentence;
}
