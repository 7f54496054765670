import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Account } from '../session/account.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

/** What is around every page. */
export function Shell({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-10 focus:m-2 focus:rounded-md focus:bg-card focus:p-2"
      >
        Skip to the content
      </a>
      <header className="border-b bg-card">
        <div className="mx-auto flex h-14 max-w-7xl items-center gap-4 px-4 sm:gap-6 sm:px-6">
          <Link href="/" className="flex items-center gap-2 font-semibold">
            <img src="/icon.svg" alt="" className="size-6" />
            <span className="max-sm:sr-only">Runtape</span>
          </Link>
          <nav aria-label="Main" className="flex gap-4 text-sm">
            <Link href="/" className={linkLook}>
              Workflows
            </Link>
            <Link href="/ask" className={linkLook}>
              Ask
            </Link>
            <Link href="/statistics" className={linkLook}>
              Statistics
            </Link>
          </nav>
          <div className="ml-auto flex min-w-0 items-center gap-1">
            <Account />
            <ThemeSwitch />
          </div>
        </div>
      </header>
      <main id="main" className="mx-auto w-full max-w-7xl flex-1 px-4 py-6 sm:px-6">
        {children}
      </main>
    </div>
  );
}

function linkLook(isHere: boolean): string {
  return isHere ? 'font-medium' : 'text-muted-foreground hover:text-foreground';
}
