import { CircleQuestionMark, type LucideIcon, MessageSquareText, UsersRound } from 'lucide-react';

export const kindNames = ['comment', 'review', 'ask'] as const;

/** What a person can start. */
export type Kind = (typeof kindNames)[number];

interface KindLook {
  /** The name of the workflow definition. */
  readonly workflow: string;
  /** What starting it does. */
  readonly words: string;
  /** What a workflow of it is. */
  readonly noun: string;
  readonly icon: LucideIcon;
}

export const kinds: Readonly<Record<Kind, KindLook>> = {
  comment: {
    workflow: 'commentOnIssue',
    words: 'Comment on an issue',
    noun: 'Comment',
    icon: MessageSquareText,
  },
  review: {
    workflow: 'reviewIssue',
    words: 'Review with agents',
    noun: 'Review',
    icon: UsersRound,
  },
  ask: {
    workflow: 'askRepository',
    words: 'Ask the repository',
    noun: 'Question',
    icon: CircleQuestionMark,
  },
};

/** Of which kind a workflow is; `null` for one that this page does not start. */
export function kindOf(workflow: string): Kind | null {
  return kindNames.find((kind) => kinds[kind].workflow === workflow) ?? null;
}

/** What a workflow is, in a word. */
export function nounOf(workflow: string): string {
  const kind = kindOf(workflow);
  if (kind !== null) return kinds[kind].noun;
  return workflow === 'postComment' ? 'Posting' : workflow;
}

/** A kind as an address says it. */
export function readKind(text: string | null): Kind | null {
  return kindNames.find((kind) => kind === text) ?? null;
}
