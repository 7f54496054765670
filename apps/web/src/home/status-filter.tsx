import type { WorkflowStatus } from '@runtape/events';
import type { ReactNode } from 'react';
import { inputLook } from './field.tsx';
import { statusWord } from '../ui/status-badge.tsx';

const offered: readonly WorkflowStatus[] = [
  'queued',
  'running',
  'paused',
  'retrying',
  'completed',
  'failed',
  'cancelled',
];

/** Narrows the list to one status. */
export function StatusFilter(props: {
  readonly status: WorkflowStatus | null;
  readonly onChange: (status: WorkflowStatus | null) => void;
}): ReactNode {
  return (
    <label className="flex items-center gap-2 text-sm text-muted-foreground">
      Status
      <select
        className={`${inputLook} w-auto py-1.5 text-sm text-foreground`}
        value={props.status ?? ''}
        onChange={(event) =>
          props.onChange(offered.find((status) => status === event.target.value) ?? null)
        }
      >
        <option value="">All</option>
        {offered.map((status) => (
          <option key={status} value={status}>
            {statusWord(status)}
          </option>
        ))}
      </select>
    </label>
  );
}
