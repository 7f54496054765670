import type { Conversation } from '../thinking/conversation.ts';
import type { Findings } from '../thinking/findings.ts';
import type { Issue } from '../thinking/issue-text.ts';
import type { Term } from '../thinking/words.ts';
import { collectMaterial } from '../drafting/material.ts';
import type { ChatRequest } from '../wire/chat-request.ts';
import { criticise } from './criticise.ts';
import { notedMaterial } from './noted-material.ts';
import { readBriefing } from './read-briefing.ts';
import type { Role } from './role.ts';
import { triage } from './triage.ts';
import { writeComment } from './write-comment.ts';
import { writeNotes } from './write-notes.ts';

/** What has been made of a conversation so far. */
export interface Grasp {
  readonly issue: Issue;
  readonly terms: readonly Term[];
  readonly findings: Findings;
  readonly conversation: Conversation;
}

/** What a role has to say once there is nothing left to look up. */
export function playRole(
  role: Role,
  request: ChatRequest,
  { issue, terms, findings, conversation }: Grasp,
): string {
  switch (role) {
    case 'triager':
      return triage(issue);
    case 'researcher':
      return writeNotes(collectMaterial(issue, terms, findings, conversation.uses.length > 0));
    case 'writer': {
      const { notes, remarks } = readBriefing(request);
      return writeComment(notedMaterial(issue, terms, notes), remarks);
    }
    case 'critic':
      return criticise(issue, terms, readBriefing(request));
  }
}
