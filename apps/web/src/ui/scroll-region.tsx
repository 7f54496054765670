import type { ComponentProps, ReactNode } from 'react';
import { cn } from './class-names.ts';

/** A part of the page that scrolls by itself. It can have the focus, since by keyboard it could not be scrolled otherwise. */
export function ScrollRegion({
  label,
  className,
  ...props
}: ComponentProps<'section'> & { readonly label: string }): ReactNode {
  return (
    <section
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- See above.
      tabIndex={0}
      aria-label={label}
      className={cn('overflow-auto', className)}
      {...props}
    />
  );
}
