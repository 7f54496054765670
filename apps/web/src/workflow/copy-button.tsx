import type { WorkflowSnapshot } from '@runtape/events';
import { draftText } from '@runtape/workflow-state';
import { Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import { toast } from 'sonner';
import { Button } from '../ui/button.tsx';

/** Copies the draft as Markdown. */
export function CopyButton({ workflow }: { readonly workflow: WorkflowSnapshot }): ReactNode {
  const text = draftText(workflow);
  return (
    <Button
      disabled={text === ''}
      onClick={() => {
        navigator.clipboard.writeText(text).then(
          () => toast.success('Copied as Markdown'),
          () => toast.error('The browser did not allow copying'),
        );
      }}
    >
      <Copy aria-hidden />
      Copy
    </Button>
  );
}
