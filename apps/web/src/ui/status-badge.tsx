import type { WorkflowStatus } from '@runtape/events';
import {
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleSlash,
  CircleX,
  LoaderCircle,
  type LucideIcon,
  RotateCw,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './class-names.ts';

interface Look {
  readonly icon: LucideIcon;
  readonly word: string;
  readonly color: string;
  readonly spins?: boolean;
}

const looks: Readonly<Record<WorkflowStatus, Look>> = {
  queued: { icon: CircleDashed, word: 'Waiting', color: 'text-muted-foreground' },
  running: { icon: LoaderCircle, word: 'Running', color: 'text-primary', spins: true },
  paused: { icon: CirclePause, word: 'Paused', color: 'text-warn' },
  retrying: { icon: RotateCw, word: 'Retrying', color: 'text-warn', spins: true },
  completed: { icon: CircleCheck, word: 'Completed', color: 'text-good' },
  failed: { icon: CircleX, word: 'Failed', color: 'text-bad' },
  cancelled: { icon: CircleSlash, word: 'Cancelled', color: 'text-muted-foreground' },
};

export function statusWord(status: WorkflowStatus): string {
  return looks[status].word;
}

/** Where a workflow stands, as an icon and a word. */
export function StatusBadge({ status }: { readonly status: WorkflowStatus }): ReactNode {
  const { icon: Icon, word, color, spins } = looks[status];
  return (
    <span className={cn('inline-flex items-center gap-1.5 text-sm font-medium', color)}>
      <Icon aria-hidden className={cn('size-4', spins && 'animate-spin [animation-duration:2s]')} />
      {word}
    </span>
  );
}
