import { type ReactNode, useState } from 'react';
import { trpc } from '../../connect.ts';
import { useMayChange } from '../../session/permissions.ts';
import { JsonTree } from '../../ui/json-tree.tsx';
import { Summary } from '../../ui/summary.tsx';

/** The input of a workflow, loaded when it is unfolded. Only those who may change it see it. */
export function InputDetails({ workflowId }: { readonly workflowId: string }): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const mayChange = useMayChange(workflowId);
  const { data, error } = trpc.workflow.input.useQuery(
    { workflowId },
    { enabled: isOpen && mayChange, staleTime: Number.POSITIVE_INFINITY },
  );
  if (!mayChange) return null;
  return (
    <details
      open={isOpen}
      onToggle={({ currentTarget: { open } }) => setIsOpen(open)}
      className="text-sm"
    >
      <Summary>Input</Summary>
      <div className="mt-2 rounded-xl border bg-card p-4">
        {data !== undefined && <JsonTree value={data.input} label="input" isOpen />}
        {data === undefined && (
          <p className="text-muted-foreground">
            {error === null ? 'Loading …' : `The input could not be loaded: ${error.message}`}
          </p>
        )}
      </div>
    </details>
  );
}
