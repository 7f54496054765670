import type { WorkflowSnapshot } from '@runtape/events';
import type { ReactNode } from 'react';

/** Says why a workflow is retrying, and which attempt comes next. */
export function RetryNotice({ workflow }: { readonly workflow: WorkflowSnapshot }): ReactNode {
  const { retry, attempt, maxAttempts } = workflow;
  return (
    <output className="block rounded-lg border border-warn/40 bg-warn/5 p-4 text-sm">
      {retry?.reason.message} Trying again, attempt {attempt + 1} of {maxAttempts}.
    </output>
  );
}
