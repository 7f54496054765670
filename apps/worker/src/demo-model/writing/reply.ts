import { gatherFindings, readToolUses } from '../reading/findings.ts';
import { readIssue } from '../reading/issue-text.ts';
import { salientTerms } from '../reading/search-terms.ts';
import { type ChatRequest, textOf } from '../wire/chat-request.ts';
import type { Answer, AnswerToolCall } from '../wire/completion.ts';
import { collectMaterial, writeComment } from './comment.ts';
import { planNextCalls } from './next-calls.ts';
import { answerQuestion, readQuestion } from './question.ts';
import { roleIn, writeAs } from './roles.ts';

/**
 * Reads a conversation and chooses the next answer: tool calls, or the text of the assigned role.
 */
export function reply(request: ChatRequest): Answer {
  const names = request.tools.map((tool) => tool.function.name);
  const ignored = new Set(names.map((name) => name.toLowerCase()));
  const tools = new Set(request.tool_choice === 'none' ? [] : names);
  const asked = readQuestion(request);
  if (asked !== undefined) return asAnswer(request, answerQuestion(request, asked, tools, ignored));

  const issue = readIssue(textOf(request, 'user'));
  const terms = salientTerms(issue, ignored);
  const toolUses = readToolUses(request);
  const findings = gatherFindings(toolUses.uses, issue.text);
  const calls = planNextCalls(toolUses, terms, findings, tools);
  if (calls.length > 0) return asAnswer(request, calls);

  const material = collectMaterial(issue, terms, findings, toolUses.rounds > 0);
  const role = roleIn(request);
  return asAnswer(
    request,
    role === undefined ? writeComment(material) : writeAs(role, request, material),
  );
}

function asAnswer(request: ChatRequest, content: string | readonly AnswerToolCall[]): Answer {
  if (typeof content === 'string') return { kind: 'text', text: content };
  return { kind: 'tool_calls', calls: request.parallel_tool_calls ? content : content.slice(0, 1) };
}
