import type { ReactNode } from 'react';
import { useRoute } from 'wouter';

export const TAPE_ID = 'tape';

const look =
  'sr-only focus:not-sr-only focus:absolute focus:z-10 focus:m-2 focus:rounded-md focus:bg-card focus:p-2';

/** Links for the keyboard: to the content, and to the tape at the end of the page. */
export function SkipLinks(): ReactNode {
  const [hasTape] = useRoute('/workflows/:workflowId');
  return (
    <>
      <a href="#main" className={look}>
        Skip to content
      </a>
      {hasTape && (
        <a href={`#${TAPE_ID}`} className={look}>
          Skip to the tape
        </a>
      )}
    </>
  );
}
