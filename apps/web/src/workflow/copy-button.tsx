import { Copy } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { toast } from 'sonner';
import { copyText } from '../copy-text.ts';
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
        copyText(text).then(
          () => toast.success('Copied as Markdown'),
          (error: Error) => toast.error('Copying failed', { description: error.message }),
        );
      }}
    >
      <Copy aria-hidden />
      Copy
    </Button>
  );
}
