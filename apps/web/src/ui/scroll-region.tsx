import type { ComponentProps, ReactNode } from 'react';
import { cn } from './class-names.ts';

/**
 * A part of the page that scrolls by itself. It can have the focus, since by keyboard it could not be scrolled otherwise. No landmark:
 * there may be many of one name, and whoever goes from landmark to landmark wants none of them.
 */
export function ScrollRegion({
  label,
  className,
  ...props
}: ComponentProps<'div'> & { readonly label: string }): ReactNode {
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- There is no element for it but those of forms.
      role="group"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- See above.
      tabIndex={0}
      aria-label={label}
      className={cn('overflow-auto', className)}
      {...props}
    />
  );
}
