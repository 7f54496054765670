import { workflowIdSchema } from '@runtape/events';
import { longestTurn } from '@runtape/testing/event-loop';
import { expect, test } from 'vitest';
import { checkCitations } from '../src/ask-repository/check-citations.ts';
import { findCitations } from '../src/retrieval/find-citations.ts';
import { answerMessages } from '../src/ask-repository/answer-prompt.ts';
import { addHits } from '../src/ask-repository/answer-question.ts';
import { fence } from '../src/text/fence.ts';
import { fenceIssue } from '../src/issue/fence-issue.ts';
import { boundIssue } from '../src/issue/issue.ts';
import { issueFromMarkdown } from '../src/target/folder-target.ts';
import { finalTextInSlices, personCommentText } from '../src/posting/comment-text.ts';
import { mayHoldSecrets } from '../src/repository/secret-paths.ts';
import { splitPassages } from '../src/retrieval/split-passages.ts';
import { expandQuery } from '../src/retrieval/expand-query.ts';
import { tokenize } from '../src/retrieval/tokenize.ts';
import { Sources } from '../src/tool-loop/sources.ts';
import { hostileTexts } from './hostile-texts.ts';

interface Parser {
  readonly name: string;
  /** The maximum length of a text, in characters. */
  readonly maxChars: number;
  readonly read: (text: string) => unknown;
}

const workflowId = workflowIdSchema.parse('wf_0123456789abcdef');
const { signal } = new AbortController();

/** Everything that reads untrusted text. A new parser needs a line here. */
const parsers: readonly Parser[] = [
  { name: 'a pasted issue', maxChars: 200_000, read: issueFromMarkdown },
  {
    name: 'an issue of GitHub with comments',
    maxChars: 65_536,
    read: (text) => {
      const comments = Array.from({ length: 5 }, () => ({ author: 'a', body: text }));
      return fenceIssue(boundIssue({ title: text, body: text, comments }));
    },
  },
  { name: 'fence', maxChars: 120_000, read: (text) => fence('issue', text) },
  { name: 'findCitations', maxChars: 100_000, read: findCitations },
  {
    name: 'checkCitations',
    maxChars: 100_000,
    read: (text) =>
      checkCitations(
        text,
        [{ path: 'a/b.ts', lines: [1, 2] }],
        Array.from({ length: 50_000 }, (_, n) => `src/file${n}.ts`),
      ),
  },
  {
    name: 'addHits',
    maxChars: 40_000,
    read: (text) => addHits(text, new Set(['a']), new Sources()),
  },
  {
    name: 'widenQuestion',
    maxChars: 50_000,
    read: (answer) =>
      expandQuery(answer.slice(0, 4_000), [
        { question: answer.slice(0, 4_000), answer },
        { question: answer.slice(0, 4_000), answer },
      ]),
  },
  {
    name: 'answerMessages',
    maxChars: 50_000,
    read: (text) =>
      answerMessages({
        question: text,
        history: [{ question: text, answer: text }],
        passages: [{ path: text, from: 1, to: 1, lines: [text] }],
      }),
  },
  { name: 'tokenize', maxChars: 100_000, read: tokenize },
  { name: 'splitPassages', maxChars: 500_000, read: (text) => splitPassages(text.split('\n')) },
  {
    name: 'finalTextInSlices',
    maxChars: 65_536,
    read: (comment) =>
      finalTextInSlices(workflowId, { comment, model: 'm', isCutOff: false }, signal),
  },
  {
    name: 'personCommentText',
    maxChars: 65_536,
    read: (text) => personCommentText(workflowId, text),
  },
  { name: 'mayHoldSecrets', maxChars: 4_096, read: mayHoldSecrets },
];

/** Far above the time of linear work on a busy machine, and far below that of quadratic work. */
const MOST_MS = 2_000;
/**
 * Parts of twice the permitted size: work worse than quadratic fails on the first one, and does not
 * block the test.
 */
const PARTS = [1 / 32, 1 / 4, 1];

test.each(parsers)(
  'K1: $name reads any text of twice its permitted size without blocking the event loop',
  async ({ maxChars, read }) => {
    const slow: Record<string, number> = {};
    for (const part of PARTS) {
      for (const [kind, text] of hostileTexts(Math.round(2 * maxChars * part))) {
        if (slow[kind] !== undefined) continue;
        const ms = Math.round(await longestTurn(() => read(text)));
        if (ms > MOST_MS) slow[kind] = ms;
      }
    }
    expect(slow).toEqual({});
  },
);
