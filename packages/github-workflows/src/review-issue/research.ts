import { type Source, sourceSchema } from '../contract/index.ts';
import { z } from 'zod';
import { runToolLoop } from '../tool-loop/run-tool-loop.ts';
import { count } from '../text/count.ts';
import { fence } from '../text/fence.ts';
import { fenceIssue } from '../issue/fence-issue.ts';
import { Sources } from '../tool-loop/sources.ts';
import { truncate } from '../text/truncate.ts';
import { runOptionalRole } from './run-role.ts';
import { MATERIAL_RULE, type Review } from './review.ts';
import type { Triage } from './triage.ts';

const MAX_NOTES_CHARS = 60_000;

const PROMPT = `You are the researcher of a small team that reviews issues of a software repository. You look into the repository with the tools, for a writer who cannot: search for names, messages and ideas from the issue, and read the code they lead to. Call tools without writing anything beside the calls. Stop looking as soon as you know what the writer needs.

Then write notes for the writer, in Markdown:
- the places that matter, each as \`path:first-last\` with the lines themselves in a code block below, and what they do;
- who uses them, and which tests cover them, as \`path:line\`;
- what you searched for and did not find.
Cite only places that you have read. Facts only: drafting the comment is somebody else's work.

${MATERIAL_RULE}`;

const researchSchema = z.object({
  /** Markdown. */
  notes: z.string(),
  /** The sources of the notes. */
  sources: z.array(sourceSchema),
});

/** The researcher's findings. */
export type Research = z.infer<typeof researchSchema>;

/** Lets the researcher read the repository. @returns `null` when the researcher failed. */
export async function research(review: Review, triaged: Triage | null): Promise<Research | null> {
  const { ctx, issue, repository } = review;
  await ctx.status('researching', 'The researcher looks into the repository.');
  return runOptionalRole(review, {
    role: 'researcher',
    turn: 1,
    result: researchSchema,
    summary: ({ sources }) => `Read ${count(filesIn(sources), 'file')}.`,
    run: async (agent, model) => {
      const sources = new Sources();
      let calls = 0;
      const { answer } = await runToolLoop(ctx, {
        spender: agent,
        model,
        messages: [
          { role: 'system', content: PROMPT },
          { role: 'user', content: [fenceIssue(issue), ...describeTriage(triaged)].join('\n\n') },
        ],
        repository,
        sources,
        agentId: agent.agentId,
        onCalls: async (toolCalls) => {
          calls += toolCalls.length;
          const names = toolCalls.map(({ name }) => truncate(name, 40).text).join(', ');
          await agent.progress({ message: `Calling ${names}`, step: calls });
        },
      });
      const notes = truncate(answer.text, MAX_NOTES_CHARS);
      if (notes.omitted > 0) {
        await agent.log('warn', 'The notes are very long; their end is left out.', {
          characters: notes.omitted,
        });
      }
      return { notes: notes.text, sources: sources.list() };
    },
  });
}

function describeTriage(triaged: Triage | null): string[] {
  if (triaged === null) return [];
  const { kind, severity, summary } = triaged;
  return [fence('triage', `Kind: ${kind}. Severity: ${severity}. ${summary}`)];
}

function filesIn(sources: readonly Source[]): number {
  return new Set(sources.map(({ path }) => path)).size;
}
