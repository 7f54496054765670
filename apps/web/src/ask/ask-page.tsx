import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { randomId } from '../random-id.ts';
import { useSession } from '../session/use-session.ts';
import { ConversationView } from './conversation-view.tsx';
import { RecentThreadsList } from './recent-threads-list.tsx';
import { useRecentThreads } from './recent-threads.ts';

/**
 * Questions about a repository, and their answers.
 * @param threadId `null` for a new conversation.
 */
export function AskPage({ threadId }: { readonly threadId: string | null }): ReactNode {
  const [, navigate] = useLocation();
  const session = useSession();
  const { threads, remember, forget } = useRecentThreads(session.data?.user?.id ?? null);
  const shown = useThreadId(threadId);
  return (
    <div className="grid gap-8 lg:grid-cols-[15rem_minmax(0,1fr)]">
      <div className="max-lg:hidden">
        <div className="sticky top-6">
          <RecentThreadsList threads={threads} current={threadId} onForget={forget} />
        </div>
      </div>
      <div className="mx-auto flex min-h-[calc(100dvh-6.5rem-1px)] w-full max-w-3xl min-w-0 flex-col">
        <details className="mb-4 rounded-lg border bg-card text-sm lg:hidden">
          <summary className="px-3 py-2 font-medium">Conversations</summary>
          <div className="border-t p-2">
            <RecentThreadsList threads={threads} current={threadId} onForget={forget} />
          </div>
        </details>
        <ConversationView
          key={shown}
          threadId={shown}
          isNew={threadId === null}
          onTitle={(title) => remember(shown, title)}
          onAsk={(question) => {
            remember(shown, question.split('\n')[0] ?? question);
            if (threadId === null) navigate(`/ask/${shown}`);
          }}
        />
      </div>
    </div>
  );
}

/** The thread in the address, or a new one, which stays the same until its first question. */
function useThreadId(threadId: string | null): string {
  const [fresh, setFresh] = useState({ threadId: randomId(), isUsed: false });
  if (threadId === fresh.threadId && !fresh.isUsed) setFresh({ ...fresh, isUsed: true });
  if (threadId === null && fresh.isUsed) {
    setFresh({ threadId: randomId(), isUsed: false });
  }
  return threadId ?? fresh.threadId;
}
