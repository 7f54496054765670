import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { usePageTitle } from './use-page-title.ts';

/** A page that consists of a message and what to do next. */
export function MessagePage(props: {
  readonly title: string;
  readonly action: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className="mx-auto max-w-xl py-16">
      <h1 className="text-lg font-semibold">{props.title}</h1>
      <div className="mt-2 mb-4 text-muted-foreground">{props.children}</div>
      {props.action}
    </div>
  );
}

/** The link at the end of a message page. */
export function PageLink(props: { readonly href: string; readonly children: string }): ReactNode {
  return <Link {...props} className="inline-block font-medium text-primary underline" />;
}

export const allWorkflows = <PageLink href="/">All workflows</PageLink>;

export function NotFoundPage(): ReactNode {
  usePageTitle('Not found');
  return (
    <MessagePage title="Page not found" action={allWorkflows}>
      The address may be mistyped, or come from an older version.
    </MessagePage>
  );
}
