import { Copy } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { copyWithToast } from '../copy-text.ts';
import { Button } from '../ui/button.tsx';

interface CopyButtonProps extends Pick<ComponentProps<typeof Button>, 'kind' | 'className'> {
  readonly text: string;
}

export function CopyButton({ text, ...look }: CopyButtonProps): ReactNode {
  return (
    <Button
      {...look}
      disabled={text === ''}
      onClick={() => copyWithToast(text, 'Copied as Markdown')}
    >
      <Copy aria-hidden />
      Copy
    </Button>
  );
}
