import type { ReactNode } from 'react';
import { cn } from './class-names.ts';

/** Holds the place of something that is being loaded. */
export function Skeleton({ className }: { readonly className?: string }): ReactNode {
  return <div aria-hidden className={cn('animate-pulse rounded-md bg-muted', className)} />;
}
