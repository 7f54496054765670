import type { WorkflowStatus } from '@runtape/events';
import {
  CircleCheck,
  CircleDashed,
  CircleDot,
  CirclePause,
  CircleSlash,
  CircleX,
  type LucideIcon,
  RotateCw,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './class-names.ts';

interface Look {
  readonly icon: LucideIcon;
  readonly word: string;
  readonly color: string;
  readonly motion?: string;
}

const looks: Readonly<Record<WorkflowStatus, Look>> = {
  queued: { icon: CircleDashed, word: 'Waiting', color: 'text-muted-foreground' },
  running: { icon: CircleDot, word: 'Running', color: 'text-primary', motion: 'animate-pulse' },
  paused: { icon: CirclePause, word: 'Paused', color: 'text-warn' },
  retrying: {
    icon: RotateCw,
    word: 'Retrying',
    color: 'text-warn',
    motion: 'animate-spin [animation-duration:2s]',
  },
  completed: { icon: CircleCheck, word: 'Completed', color: 'text-good' },
  failed: { icon: CircleX, word: 'Failed', color: 'text-bad' },
  cancelled: { icon: CircleSlash, word: 'Cancelled', color: 'text-muted-foreground' },
};

export function statusWord(status: WorkflowStatus): string {
  return looks[status].word;
}

export function StatusBadge({ status }: { readonly status: WorkflowStatus }): ReactNode {
  const { icon: Icon, word, color, motion } = looks[status];
  return (
    <span className={cn('inline-flex items-center gap-1.5 text-sm font-medium', color)}>
      <Icon aria-hidden className={cn('size-4', motion)} />
      {word}
    </span>
  );
}
