import { readConversation } from '../thinking/conversation.ts';
import { type Findings, gatherFindings } from '../thinking/findings.ts';
import { readIssue } from '../thinking/issue-text.ts';
import { type OfferedTools, recogniseTools } from '../thinking/offered-tools.ts';
import { rankFiles, weighByRarity } from '../thinking/ranking.ts';
import type { Term } from '../thinking/words.ts';
import type { ChatRequest } from '../wire/chat-request.ts';
import type { Answer, AnswerToolCall } from '../wire/completion.ts';
import { isAnswered, writeAnswer } from './answer-question.ts';
import type { AskedQuestion } from './asked-question.ts';
import { questionTerms } from './question-terms.ts';

/** One round of searching, one of reading. */
const MOST_ROUNDS = 2;
const CALLS_PER_ROUND = 2;
const LINES_BEFORE = 20;
const LINES_AFTER = 40;

/** Answers a question from the passages that came with it; only when they say too little, it looks further with the tools. */
export function thinkAboutQuestion(request: ChatRequest, asked: AskedQuestion): Answer {
  const tools = request.tools.map((tool) => tool.function.name.toLowerCase());
  const terms = questionTerms(asked, new Set(tools));
  const conversation = readConversation(request);
  const findings = gatherFindings(conversation.uses, readIssue(asked.question));
  const material = { terms, files: [...asked.passages, ...findings.files] };
  if (!isAnswered(material) && conversation.rounds < MOST_ROUNDS) {
    const offered = recogniseTools(request.tool_choice === 'none' ? [] : request.tools);
    const calls = lookFurther(terms, findings, offered, conversation.rounds);
    if (calls.length > 0) {
      return { kind: 'tool_calls', calls: request.parallel_tool_calls ? calls : calls.slice(0, 1) };
    }
  }
  return { kind: 'text', text: writeAnswer(material) };
}

function lookFurther(
  terms: readonly Term[],
  findings: Findings,
  { search, read }: OfferedTools,
  rounds: number,
): AnswerToolCall[] {
  if (rounds === 0 && search !== undefined) {
    return terms.slice(0, CALLS_PER_ROUND).map(({ text }) => search(text));
  }
  if (read === undefined) return [];
  return rankFiles(findings, weighByRarity(terms, findings))
    .slice(0, CALLS_PER_ROUND)
    .map(({ path, line }) =>
      read(path, { from: Math.max(1, line - LINES_BEFORE), to: line + LINES_AFTER }),
    );
}
