import { CircleQuestionMark, type LucideIcon, MessageSquareText, UsersRound } from 'lucide-react';

export const kindNames = ['comment', 'review', 'ask'] as const;

export type Kind = (typeof kindNames)[number];

interface KindTexts {
  readonly workflow: string;
  readonly label: string;
  readonly noun: string;
  readonly icon: LucideIcon;
}

export const kinds: Readonly<Record<Kind, KindTexts>> = {
  comment: {
    workflow: 'commentOnIssue',
    label: 'Comment on an issue',
    noun: 'Comment',
    icon: MessageSquareText,
  },
  review: {
    workflow: 'reviewIssue',
    label: 'Review with agents',
    noun: 'Review',
    icon: UsersRound,
  },
  ask: {
    workflow: 'askRepository',
    label: 'Ask about the code',
    noun: 'Question',
    icon: CircleQuestionMark,
  },
};

/** @returns `null` for workflows that this page does not start. */
export function findKind(workflow: string): Kind | null {
  return kindNames.find((kind) => kinds[kind].workflow === workflow) ?? null;
}

/** Whether the page has views of its own for a workflow. */
export function isProductWorkflow(workflow: string): boolean {
  return findKind(workflow) !== null || workflow === 'postComment';
}

export function workflowNoun(workflow: string): string {
  const kind = findKind(workflow);
  if (kind !== null) return kinds[kind].noun;
  return workflow === 'postComment' ? 'Posting' : workflow;
}

/** Returns the name of the definition of a kind, or of a definition itself. */
export function workflowOf(kind: string): string {
  const known = readKind(kind);
  return known === null ? kind : kinds[known].workflow;
}

export function readKind(text: string | null): Kind | null {
  return kindNames.find((kind) => kind === text) ?? null;
}
