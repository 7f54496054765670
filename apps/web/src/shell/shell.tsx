import type { ReactNode } from 'react';
import { Link } from 'wouter';
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
        <div className="mx-auto flex h-14 max-w-7xl items-center gap-6 px-4 sm:px-6">
          <Link href="/" className="flex items-center gap-2 font-semibold">
            <img src="/icon.svg" alt="" className="size-6" />
            Runtape
          </Link>
          <nav aria-label="Main" className="text-sm text-muted-foreground">
            <Link href="/" className="hover:text-foreground">
              Workflows
            </Link>
          </nav>
          <div className="ml-auto">
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
