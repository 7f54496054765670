import { readQuestion } from '../answering/asked-question.ts';
import { thinkAboutQuestion } from '../answering/think-about-question.ts';
import { draftComment } from '../drafting/draft.ts';
import { collectMaterial } from '../drafting/material.ts';
import { playRole } from '../roles/play-role.ts';
import { roleIn } from '../roles/role.ts';
import type { ChatRequest } from '../wire/chat-request.ts';
import type { Answer } from '../wire/completion.ts';
import { readConversation } from './conversation.ts';
import { gatherFindings } from './findings.ts';
import { readIssue } from './issue-text.ts';
import { recogniseTools } from './offered-tools.ts';
import { planNextCalls } from './planning.ts';
import { salientTerms } from './words.ts';

/** Reads a conversation and decides what to say next: which tools to call, or the answer to a question, or the draft. */
export function think(request: ChatRequest): Answer {
  const asked = readQuestion(request);
  if (asked !== undefined) return thinkAboutQuestion(request, asked);
  const conversation = readConversation(request);
  const issue = readIssue(conversation.userText);
  const toolNames = request.tools.map((tool) => tool.function.name.toLowerCase());
  const terms = salientTerms(issue, new Set(toolNames));
  const findings = gatherFindings(conversation.uses, issue);
  const tools = recogniseTools(request.tool_choice === 'none' ? [] : request.tools);
  const calls = planNextCalls(conversation, terms, findings, tools);
  if (calls.length > 0) {
    return { kind: 'tool_calls', calls: request.parallel_tool_calls ? calls : calls.slice(0, 1) };
  }
  const role = roleIn(request);
  if (role !== undefined) {
    const grasp = { issue, terms, findings, conversation };
    return { kind: 'text', text: playRole(role, request, grasp) };
  }
  const looked = conversation.uses.length > 0;
  return { kind: 'text', text: draftComment(collectMaterial(issue, terms, findings, looked)) };
}
