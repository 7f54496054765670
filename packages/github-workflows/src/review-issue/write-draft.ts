import type OpenAI from 'openai';
import { z } from 'zod';
import { count } from '../text/count.ts';
import { fence } from '../text/fence.ts';
import { fenceIssue } from '../issue/fence-issue.ts';
import { DraftText } from '../model/draft-text.ts';
import { meteredRound } from '../model/metered-round.ts';
import type { Criticism } from './criticise.ts';
import { runRole } from './run-role.ts';
import type { Research } from './research.ts';
import { refuseUnusable } from '../model/refuse-unusable.ts';
import { MATERIAL_RULE, type Review } from './review.ts';

const PROMPT = `You are the writer of a small team that reviews issues of a software repository. You draft a comment on one issue, for a maintainer who will read it before anybody else does. A researcher has looked into the repository for you; you cannot look yourself.

Write the comment and nothing else: no preamble, no remark about your work. Write Markdown, in the language of the issue, briefly and to the point:
- what the issue comes down to, where that is not obvious;
- where in the code it happens, citing each place as \`path:line\`, and only places from the notes;
- the likely cause, and what one could do about it; say what you are not sure of;
- what is still missing to be certain, if anything.
Never claim to have run, tested, fixed or decided anything. When the notes do not answer the issue, or there are none, say so.

A critic may send your draft back with remarks. Then write the whole comment again with the remarks taken up, and without a word about them.

${MATERIAL_RULE}`;

const draftSchema = z.object({
  comment: z.string(),
  /** The model was stopped early. */
  isCutOff: z.boolean().default(false),
});

/** A version of the comment. */
export type WrittenDraft = z.infer<typeof draftSchema>;

/** A rejected draft and the reason. */
export interface RejectedDraft {
  readonly comment: string;
  readonly remarks: Criticism['remarks'];
}

export interface WritingTask {
  readonly research: Research | null;
  /** Oldest first. */
  readonly rejected: readonly RejectedDraft[];
}

/** Lets the writer write a version of the comment, streamed as part `draft`, `draft-2` … */
export async function writeDraft(
  review: Review,
  { research, rejected }: WritingTask,
): Promise<WrittenDraft> {
  const { ctx, issue } = review;
  const version = rejected.length + 1;
  const part = version === 1 ? 'draft' : `draft-${version}`;
  await ctx.status(
    'drafting',
    version === 1 ? 'The writer drafts the comment.' : `The writer takes up the critic's remarks.`,
  );
  return runRole(review, {
    role: 'writer',
    turn: version,
    result: draftSchema,
    summary: (draft) => `Wrote ${count(wordsIn(draft.comment), 'word')}.`,
    run: async (agent, model) => {
      await agent.progress({ message: `Writing version ${version}`, iteration: version });
      const text = new DraftText((token) => ctx.emit('token', token), part, agent.agentId);
      text.begin({ mayCallTools: false });
      let written = 0;
      const answer = await meteredRound(agent, model, {
        messages: [
          { role: 'system', content: PROMPT },
          { role: 'user', content: `${fenceIssue(issue)}\n\n${describeNotes(research)}` },
          ...rejected.flatMap(describeRejected),
        ],
        tools: [],
        mayCallTools: false,
        signal: ctx.signal,
        thoughts: {
          add: (piece) => text.thoughts.add(piece),
          end: () => text.thoughts.end(),
          turnIntoThought: (piece) => text.turnIntoThought(piece),
        },
        onText: async (piece) => {
          written += piece.length;
          await text.add(piece);
          await agent.progress({
            message: `Writing version ${version}: ${count(written, 'character')}`,
          });
        },
      });
      refuseUnusable(answer, { callsTools: false, draft: '' });
      await text.end({ callsTools: false, ...answer });
      const isCutOff = answer.isCut;
      if (isCutOff) {
        await agent.log(
          'warn',
          'The model was stopped, most often by its length limit; the draft ends early.',
        );
      }
      return { comment: text.draft, isCutOff };
    },
  });
}

function describeNotes(research: Research | null): string {
  return research === null
    ? '(There are no notes: nobody could look into the repository. Write from the issue alone, and say so.)'
    : fence('notes', research.notes);
}

function describeRejected({
  comment,
  remarks,
}: RejectedDraft): OpenAI.ChatCompletionMessageParam[] {
  const listed = remarks.map((remark) => `- ${remark}`).join('\n');
  return [
    { role: 'assistant', content: comment },
    {
      role: 'user',
      content: `The critic sends the draft back. Write it again with these remarks taken up.\n\n${fence('remarks', listed)}`,
    },
  ];
}

function wordsIn(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}
