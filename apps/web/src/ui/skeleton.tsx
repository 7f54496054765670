import type { ReactNode } from 'react';
import { cn } from './class-names.ts';

/** A placeholder while something is loading. */
export function Skeleton({ className }: { readonly className?: string }): ReactNode {
  return <div aria-hidden className={cn('animate-pulse rounded-md bg-muted', className)} />;
}
