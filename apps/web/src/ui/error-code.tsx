import type { ReactNode } from 'react';
import { pageUrl } from '../page-url.ts';

/** An error code, linked to its documentation on the server. */
export function ErrorCode({ code }: { readonly code: string }): ReactNode {
  return (
    <a
      href={pageUrl(`/docs/errors/${code}.md`)}
      target="_blank"
      rel="noreferrer"
      className="font-mono text-xs underline underline-offset-2"
    >
      {code}
    </a>
  );
}
