import { reviewIssueResultSchema } from '../contract/index.ts';
import { z } from 'zod';
import { fenceIssue } from '../issue/fence-issue.ts';
import { askJson } from './ask-json.ts';
import { runOptionalRole } from './run-role.ts';
import { MATERIAL_RULE, type Review } from './review.ts';

const KINDS = ['bug', 'feature', 'question', 'documentation', 'performance', 'other'] as const;
const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
const MAX_SUMMARY_CHARS = 1_000;

const PROMPT = `You are the triager of a small team that reviews issues of a software repository. You classify one issue; others will research it and write about it.

Answer with one JSON object and nothing else, without a code fence:
{"kind": ${KINDS.map((kind) => `"${kind}"`).join(' | ')}, "severity": ${SEVERITIES.map((severity) => `"${severity}"`).join(' | ')}, "summary": "what the issue comes down to, in one or two sentences"}

Severity is about the harm that the issue describes: critical for lost data or a security hole, high for something that cannot be used, medium for what can be worked around, low for everything else.

${MATERIAL_RULE}`;

const word = z.string().trim().toLowerCase();
const answerSchema = z.object({
  kind: word.pipe(z.enum(KINDS)),
  severity: word.pipe(z.enum(SEVERITIES)),
  summary: z.string().trim().min(1).max(MAX_SUMMARY_CHARS),
});

const triageSchema = reviewIssueResultSchema.shape.triage.unwrap();

/** The triager's classification of an issue. */
export type Triage = z.infer<typeof triageSchema>;

/** Lets the triager classify the issue. @returns `null` when the triager failed. */
export async function triage(review: Review): Promise<Triage | null> {
  const { ctx, issue } = review;
  await ctx.status('triaging', 'The triager classifies the issue.');
  return runOptionalRole(review, {
    role: 'triager',
    turn: 1,
    result: triageSchema,
    summary: ({ kind, severity }) => `${capital(kind)}, severity ${severity}.`,
    run: async (agent, model) => {
      await agent.progress({ message: 'Reading the issue' });
      const answer = await askJson(ctx, agent, {
        role: 'triager',
        model,
        messages: [
          { role: 'system', content: PROMPT },
          { role: 'user', content: fenceIssue(issue) },
        ],
        answer: answerSchema,
      });
      await agent.log('info', answer.summary, { kind: answer.kind, severity: answer.severity });
      return answer;
    },
  });
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
