import { Copy } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { toast } from 'sonner';
import { Button } from '../ui/button.tsx';

interface CopyButtonProps extends Pick<ComponentProps<typeof Button>, 'kind' | 'className'> {
  /** Markdown. */
  readonly text: string;
}

/** Copies what a workflow has written. */
export function CopyButton({ text, ...look }: CopyButtonProps): ReactNode {
  return (
    <Button
      {...look}
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
