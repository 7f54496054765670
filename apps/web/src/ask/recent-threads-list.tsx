import { clsx } from 'clsx';
import { MessageSquarePlus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { RecentThread } from './recent-threads.ts';

export function RecentThreadsList(props: {
  readonly threads: readonly RecentThread[];
  readonly current: string | null;
  readonly onForget: (threadId: string) => void;
}): ReactNode {
  const { threads, current, onForget } = props;
  return (
    <nav aria-label="Conversations" className="space-y-2 text-sm">
      <Link
        href="/ask"
        aria-current={current === null ? 'page' : undefined}
        className="inline-flex h-9 w-full items-center gap-2 rounded-md border bg-card px-3 font-medium hover:bg-muted"
      >
        <MessageSquarePlus aria-hidden className="size-4" />
        New conversation
      </Link>
      {threads.length > 0 && (
        <>
          <h2 className="px-3 pt-2 text-xs font-medium text-muted-foreground">In this browser</h2>
          <ul className="space-y-0.5">
            {threads.map(({ threadId, title }) => (
              <li key={threadId} className="group relative">
                <Link
                  href={`/ask/${threadId}`}
                  aria-current={threadId === current ? 'page' : undefined}
                  title={title}
                  className={clsx(
                    'block truncate rounded-md py-1.5 pr-9 pl-3',
                    threadId === current
                      ? 'bg-muted font-medium'
                      : 'text-muted-foreground hover:bg-muted/60 hover:text-foreground',
                  )}
                >
                  {title}
                </Link>
                <button
                  type="button"
                  aria-label={`Remove “${title}” from this list`}
                  title="Remove from this list"
                  onClick={() => onForget(threadId)}
                  className="absolute top-1 right-1 grid size-6 place-items-center rounded-md text-muted-foreground opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 hover:bg-muted hover:text-foreground focus-visible:opacity-100 pointer-coarse:opacity-100"
                >
                  <X aria-hidden className="size-3.5" />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </nav>
  );
}
