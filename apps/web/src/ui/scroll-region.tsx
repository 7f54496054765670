import { clsx } from 'clsx';
import type { ComponentProps, ReactNode } from 'react';

/**
 * A scrolling part of the page. It is focusable, so that the keyboard can scroll it, and not a
 * landmark, since several may have the same name.
 */
export function ScrollRegion({
  label,
  className,
  ...props
}: ComponentProps<'div'> & { readonly label: string }): ReactNode {
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- The only element with this role belongs to forms.
      role="group"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- See above.
      tabIndex={0}
      aria-label={label}
      className={clsx('overflow-auto', className)}
      {...props}
    />
  );
}
