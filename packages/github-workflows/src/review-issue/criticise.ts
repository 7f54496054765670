import { z } from 'zod';
import { count } from '../text/count.ts';
import { fence } from '../text/fence.ts';
import { fenceIssue } from '../issue/fence-issue.ts';
import { askJson } from './ask-json.ts';
import { runOptionalRole } from './run-role.ts';
import type { Research } from './research.ts';
import { MATERIAL_RULE, type Review } from './review.ts';

const MAX_REMARKS = 10;
const MAX_REMARK_CHARS = 1_000;

const PROMPT = `You are the critic of a small team that reviews issues of a software repository. You check the draft of a comment before a maintainer sees it. You get the issue, the notes of the researcher, the places that were read, and the draft.

Check that the draft
- answers what the issue asks, and not something else;
- cites each place as \`path:line\`, and only places that were read;
- says nothing that the notes do not support, and says what is uncertain;
- tells the reader what to do or to check next;
- is brief, and in the language of the issue.

Answer with one JSON object and nothing else, without a code fence:
{"approved": true | false, "remarks": ["what the writer has to change, and where", ...]}
Approve a draft that is good enough to be read; remarks are for what a reader would miss or be misled by. A draft that is not approved needs at least one remark that the writer can act on; at most ${MAX_REMARKS}.

${MATERIAL_RULE}`;

const criticismSchema = z
  .object({
    approved: z.boolean(),
    remarks: z.array(z.string().trim().min(1).max(MAX_REMARK_CHARS)).max(MAX_REMARKS).default([]),
  })
  .refine(({ approved, remarks }) => approved || remarks.length > 0, {
    path: ['remarks'],
    message: 'a draft that is sent back needs a remark',
  });

/** The critic's verdict on a draft. */
export type Criticism = z.infer<typeof criticismSchema>;

/** Lets the critic check a version of the draft. @returns `null` when the critic failed. */
export async function criticise(
  review: Review,
  { comment, version, research }: { comment: string; version: number; research: Research | null },
): Promise<Criticism | null> {
  const { ctx, issue } = review;
  await ctx.status('criticising', `The critic checks version ${version}.`);
  return runOptionalRole(review, {
    role: 'critic',
    turn: version,
    result: criticismSchema,
    summary: ({ approved, remarks }) =>
      approved ? 'Approved.' : `Sent it back with ${count(remarks.length, 'remark')}.`,
    run: async (agent, model) => {
      await agent.progress({ message: `Reading version ${version}`, iteration: version });
      const criticism = await askJson(ctx, agent, {
        role: 'critic',
        model,
        messages: [
          { role: 'system', content: PROMPT },
          {
            role: 'user',
            content: [
              fenceIssue(issue),
              ...describeResearch(research),
              fence('draft', comment),
            ].join('\n\n'),
          },
        ],
        answer: criticismSchema,
      });
      for (const remark of criticism.remarks) await agent.log('info', remark);
      return criticism;
    },
  });
}

function describeResearch(research: Research | null): string[] {
  if (research === null) return ['(Nobody could look into the repository: no places were read.)'];
  const places = research.sources.map(
    ({ path, lines: [from, to] }) => `- \`${path}:${from}-${to}\``,
  );
  const read = places.length === 0 ? '(No places were read.)' : places.join('\n');
  return [fence('notes', research.notes), `Places that were read:\n${fence('sources', read)}`];
}
