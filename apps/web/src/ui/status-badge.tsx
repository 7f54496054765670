import { clsx } from 'clsx';
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

interface Look {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly color: string;
  readonly motion?: string;
}

const looks: Readonly<Record<WorkflowStatus, Look>> = {
  queued: { icon: CircleDashed, label: 'Queued', color: 'text-muted-foreground' },
  running: { icon: CircleDot, label: 'Running', color: 'text-primary', motion: 'animate-pulse' },
  paused: { icon: CirclePause, label: 'Paused', color: 'text-warn' },
  retrying: {
    icon: RotateCw,
    label: 'Retrying',
    color: 'text-warn',
    motion: 'animate-spin [animation-duration:2s]',
  },
  completed: { icon: CircleCheck, label: 'Completed', color: 'text-good' },
  failed: { icon: CircleX, label: 'Failed', color: 'text-bad' },
  cancelled: { icon: CircleSlash, label: 'Cancelled', color: 'text-muted-foreground' },
};

export function statusLabel(status: WorkflowStatus): string {
  return looks[status].label;
}

export function StatusBadge({ status }: { readonly status: WorkflowStatus }): ReactNode {
  const { icon: Icon, label, color, motion } = looks[status];
  return (
    <span className={clsx('inline-flex items-center gap-1.5 text-sm font-medium', color)}>
      <Icon aria-hidden className={clsx('size-4', motion)} />
      {label}
    </span>
  );
}
