import { type Issue, taggedParts } from '../reading/issue-text.ts';
import { type ChatRequest, textOf } from '../wire/chat-request.ts';
import { type Material, introduction, citeHit, sections, describeFindings } from './comment.ts';
import { criticise, citationsIn } from './critic.ts';
import { bullets, listed, place } from './markdown.ts';

/** A role in the team that reviews an issue. */
export type Role = 'triager' | 'researcher' | 'writer' | 'critic';

const ROLE = /\byou are (?:the|a|an) (?:\w{1,20} )?(triager|researcher|writer|critic)\b/i;
/** A prompt begins with its role; further down it may name others. */
const MAX_ROLE_OFFSET = 200;

const MAX_NOTES_CHARS = 20_000;
const MAX_TESTS = 6;

/** Words that indicate a kind of issue; the title is checked before the text. */
const KINDS = [
  [
    'bug',
    /\b(?:bug|broken|breaks?|crash\w*|errors?|fail\w*|wrong|lost|loses?|missing|hangs?|stuck|never|twice|garbled|does(?:n't| not))\b/i,
  ],
  [
    'performance',
    /\b(?:slow\w*|performance|latency|memory|takes (?:\w+ )?(?:seconds|minutes|hours))\b/i,
  ],
  ['feature', /\b(?:feature|add|support|allow|nice to|useful|could we|option|propose|suggest)\b/i],
  ['documentation', /\b(?:docs?|documentation|documented|readme|typos?)\b/i],
] as const;
const CRITICAL =
  /\b(?:data loss|(?:lost|loses?|losing) (?:data|events|files|messages|work)|corrupt|security|vulnerab|leaks? (?:secret|key|token))/i;
const HIGH = /\b(?:crash|hangs?\b|cannot (?:be )?(?:use|start|open)|for ?ever\b|stuck\b|unusable)/i;

const ASKS_FOR_STEPS = /\b(?:next|check|steps?)\b/i;

/** The role that the instructions assign, if any. */
export function roleIn(request: ChatRequest): Role | undefined {
  const name = ROLE.exec(
    textOf(request, 'instructions').slice(0, MAX_ROLE_OFFSET),
  )?.[1]?.toLowerCase();
  return (['triager', 'researcher', 'writer', 'critic'] as const).find((role) => role === name);
}

/** The answer of a role after its last tool call. */
export function writeAs(role: Role, request: ChatRequest, material: Material): string {
  const given = textOf(request, 'user');
  switch (role) {
    case 'triager':
      return triage(material.issue);
    case 'researcher':
      return writeNotes(material);
    case 'writer':
      return writeFromNotes(material, given);
    case 'critic':
      return criticise(material.terms, given);
  }
}

function kindIn(words: string): string | undefined {
  return KINDS.find(([, pattern]) => pattern.test(words))?.[0];
}

/** Classifies an issue only by its words. */
function triage({ title, text }: Issue): string {
  const kind = kindIn(title) ?? kindIn(text) ?? 'question';
  const harm = CRITICAL.test(text) ? 'critical' : HIGH.test(text) ? 'high' : 'medium';
  return JSON.stringify({
    kind,
    severity: kind === 'bug' || kind === 'performance' ? harm : 'low',
    summary: title.replace(/[^.!?…]$/, '$&.'),
  });
}

/** Summarizes the findings for a writer without tools. */
function writeNotes(material: Material): string {
  if (!material.calledTools) {
    return 'I was given no tools to look into the repository, so I have no notes.\n';
  }
  const tests = material.tests.slice(0, MAX_TESTS).map(citeHit);
  return sections([
    'Notes by the demo model: a small program searched for the words of the issue; no language model has read the code.',
    ...describeFindings(material),
    tests.length > 0 && `Tests that have to do with it: ${listed(tests)}.`,
  ]);
}

/** Writes the comment from the notes and the critic's remarks. */
function writeFromNotes({ issue, terms }: Material, given: string): string {
  const notes = taggedParts(given, 'notes').at(-1);
  const remarks = taggedParts(given, 'remarks').flatMap((list) =>
    list.split('\n').flatMap((line) => /^[-*]\s(.+)$/.exec(line.trim())?.[1] ?? []),
  );
  const asksForSteps = remarks.some((remark) => ASKS_FOR_STEPS.test(remark));
  const open = remarks.filter((remark) => !ASKS_FOR_STEPS.test(remark));
  return sections([
    ...introduction(
      'a small program put it together from the issue and from the notes of another, which looked for the words of the issue in the code',
      issue,
      terms,
    ),
    notes === undefined
      ? 'I do not know: nobody could look into the repository for this draft.'
      : notes.slice(0, MAX_NOTES_CHARS),
    asksForSteps && '### What to check next',
    asksForSteps && bullets(stepsFor(notes ?? '')),
    open.length > 0 && '### Still open',
    open.length > 0 && 'The notes show nothing more about these remarks:',
    bullets(open),
  ]);
}

function stepsFor(notes: string): string[] {
  const places = [...new Set(citationsIn(notes).map(place))];
  return [
    ...places.slice(0, 2).map((one) => `Compare ${one} with the case that the issue describes.`),
    'Ask for the shortest steps that show it, and for the version it was seen with.',
  ];
}
