import { clsx } from 'clsx';
import type { ReactNode } from 'react';

/** A placeholder while something is loading. */
export function Skeleton({ className }: { readonly className?: string }): ReactNode {
  return <div aria-hidden className={clsx('animate-pulse rounded-md bg-muted', className)} />;
}

/**
 * A column of placeholders while a part of the page is loading.
 * @param rows the class names of each.
 */
export function LoadingSkeleton(props: {
  readonly label: string;
  readonly rows: readonly string[];
  readonly className?: string;
}): ReactNode {
  const { label, rows, className = 'space-y-4' } = props;
  return (
    <output aria-label={label} className={clsx('block', className)}>
      {rows.map((row, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- The rows never change.
        <Skeleton key={index} className={row} />
      ))}
    </output>
  );
}

export function PageSkeleton(): ReactNode {
  return <LoadingSkeleton label="Loading the page" rows={['h-7 w-1/3', 'h-40', 'h-40']} />;
}
