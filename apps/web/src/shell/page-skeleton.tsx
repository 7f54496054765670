import type { ReactNode } from 'react';
import { Skeleton } from '../ui/skeleton.tsx';

export function PageSkeleton(): ReactNode {
  return (
    <output aria-label="Loading the page" className="block space-y-4">
      <Skeleton className="h-7 w-1/3" />
      <Skeleton className="h-40" />
      <Skeleton className="h-40" />
    </output>
  );
}
