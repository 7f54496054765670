import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { usePageTitle } from './use-page-title.ts';

export function NotFoundPage(): ReactNode {
  usePageTitle('Not found');
  return (
    <div className="mx-auto max-w-xl py-16">
      <h1 className="text-lg font-semibold">Page not found</h1>
      <p className="mt-2 text-muted-foreground">
        The address may be mistyped, or come from an older version.
      </p>
      <Link href="/" className="mt-4 inline-block font-medium text-primary underline">
        All workflows
      </Link>
    </div>
  );
}
