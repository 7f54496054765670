import { CircleQuestionMark, type LucideIcon, MessageSquareText, UsersRound } from 'lucide-react';

export const kindNames = ['comment', 'review', 'ask'] as const;

export type Kind = (typeof kindNames)[number];

interface KindLook {
  readonly workflow: string;
  readonly words: string;
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

/** `null` for workflows that this page does not start. */
export function kindOf(workflow: string): Kind | null {
  return kindNames.find((kind) => kinds[kind].workflow === workflow) ?? null;
}

export function nounOf(workflow: string): string {
  const kind = kindOf(workflow);
  if (kind !== null) return kinds[kind].noun;
  return workflow === 'postComment' ? 'Posting' : workflow;
}

export function readKind(text: string | null): Kind | null {
  return kindNames.find((kind) => kind === text) ?? null;
}
