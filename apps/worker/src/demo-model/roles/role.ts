import type { ChatRequest } from '../wire/chat-request.ts';
import { messageText } from '../wire/chat-request.ts';

/** The work in a team that a prompt can give to whoever reads it. */
export type Role = 'triager' | 'researcher' | 'writer' | 'critic';

const told = /\byou are (?:the|a|an) (?:\w{1,20} )?(triager|researcher|writer|critic)\b/i;
/** A prompt says first what one is; further down it may speak of the others. */
const beginning = 200;

/** The role that the system prompt gives, if it gives one. */
export function roleIn(request: ChatRequest): Role | undefined {
  const prompt = request.messages
    .filter(({ role }) => role === 'system' || role === 'developer')
    .map(messageText)
    .join('\n');
  const name = told.exec(prompt.slice(0, beginning))?.[1]?.toLowerCase();
  const roles = ['triager', 'researcher', 'writer', 'critic'] as const;
  return roles.find((role) => role === name);
}
