import type { ComponentProps, ReactNode } from 'react';
import { cn } from './class-names.ts';

/**
 * A scrolling part of the page. Focusable, so that it can be scrolled by keyboard; not a landmark,
 * since there may be many of the same name.
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
