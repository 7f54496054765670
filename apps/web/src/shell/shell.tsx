import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { Link, useRoute } from 'wouter';
import { useDefinitions } from '../start/definitions.ts';
import { pageUrl } from '../page-url.ts';
import { Account } from '../session/account.tsx';
import { SkipLinks } from '../ui/skip-links.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

/** The header and the layout of every page. */
export function Shell({ children }: { readonly children: ReactNode }): ReactNode {
  const [isWorkflow] = useRoute('/workflows/:workflowId');
  const { hasProduct } = useDefinitions();
  // A workflow's page uses a wide screen.
  const width = isWorkflow ? 'max-w-[100rem]' : 'max-w-7xl';
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLinks />
      <header className="border-b bg-card">
        <div className={clsx('mx-auto flex h-14 items-center gap-4 px-4 sm:gap-6 sm:px-6', width)}>
          <Link href="/" className="flex items-center gap-2 font-semibold">
            <img src={pageUrl('/icon.svg')} alt="" className="size-6" />
            <span className="max-sm:sr-only">Runtape</span>
          </Link>
          <nav aria-label="Main" className="flex gap-4 text-sm">
            <Link href="/" className={linkLook}>
              Workflows
            </Link>
            <Link href="/statistics" className={linkLook}>
              Statistics
            </Link>
            {/* The last, since it comes when it is known whether there is something to ask. */}
            {hasProduct === true && (
              <Link href="/ask" className={linkLook}>
                Ask
              </Link>
            )}
          </nav>
          <div className="ml-auto flex min-w-0 items-center gap-1">
            <Account />
            <ThemeSwitch />
          </div>
        </div>
      </header>
      <main id="main" className={clsx('mx-auto w-full flex-1 px-4 py-6 sm:px-6', width)}>
        {children}
      </main>
    </div>
  );
}

function linkLook(isHere: boolean): string {
  return isHere ? 'font-medium' : 'text-muted-foreground hover:text-foreground';
}
