import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

/** The summary of a `details` element, with an arrow that shows whether it is open. */
export function Summary(props: {
  readonly className?: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <summary
      className={clsx(
        'flex w-fit list-none items-center gap-1 rounded-sm text-muted-foreground select-none hover:text-foreground',
        props.className,
      )}
    >
      <ChevronRight
        aria-hidden
        className="size-4 shrink-0 transition-transform in-[details[open]>summary]:rotate-90"
      />
      {props.children}
    </summary>
  );
}
