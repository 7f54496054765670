import { CircleCheck, CirclePause, CircleSlash, CircleX, LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';

const looks = {
  running: {
    icon: LoaderCircle,
    label: 'running',
    color: 'animate-spin text-primary [animation-duration:2s]',
  },
  completed: { icon: CircleCheck, label: 'done', color: 'text-good' },
  failed: { icon: CircleX, label: 'failed', color: 'text-bad' },
  cancelled: { icon: CircleSlash, label: 'stopped', color: 'text-muted-foreground' },
  paused: { icon: CirclePause, label: 'paused', color: 'text-warn' },
} as const;

export type Outcome = keyof typeof looks;

/** How a stage or an agent stands, as an icon before its text. */
export function OutcomeIcon({ outcome }: { readonly outcome: Outcome }): ReactNode {
  const { icon: Icon, label, color } = looks[outcome];
  return <Icon aria-label={label} className={`mt-0.5 size-4 shrink-0 ${color}`} />;
}
