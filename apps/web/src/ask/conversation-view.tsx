import type { RuntapeClientError } from '@runtape/client';
import { ConnectionBadge } from '@runtape/react';
import { type ReactNode, useEffect, useEffectEvent, useRef } from 'react';
import { Link } from 'wouter';
import { MessagePage, PageLink } from '../shell/message-page.tsx';
import { usePageTitle } from '../shell/use-page-title.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { LoadingSkeleton } from '../ui/skeleton.tsx';
import { usePreloadMarkdown } from '../workflow/markdown.tsx';
import { ResetNotice } from '../workflow/reset-notice.tsx';
import { useFollowTail } from '../workflow/use-follow-tail.ts';
import { EmptyConversation } from './empty-conversation.tsx';
import { QuestionBox } from './question-box.tsx';
import { TurnView } from './turn-view.tsx';
import { type Question, isOpen, type Turn } from './turn.ts';
import { type Conversation, useConversation } from './use-conversation.ts';
import { useScrollToEnd } from './use-scroll-to-end.ts';

/** The height of the question box, in px. */
const BOX_PX = 150;

export function ConversationView(props: {
  readonly threadId: string;
  readonly isNew: boolean;
  /** Called with each question before it is sent. */
  readonly onAsk: (question: string) => void;
  /** Called with the title once it is known. */
  readonly onTitle: (title: string) => void;
}): ReactNode {
  const { threadId, isNew, onAsk, onTitle } = props;
  const conversation = useConversation(threadId, isNew);
  const { turns, others, error } = conversation;
  const list = useRef<HTMLDivElement>(null);
  const title = turns[0]?.question.split('\n')[0] ?? '';
  usePageTitle(title === '' ? 'Ask' : title);
  usePreloadMarkdown();
  useFollowTail(list, conversation.isRunning, { covered: BOX_PX, fromTop: true });
  const sending = turns.findLast(({ progress }) => progress.kind === 'sending');
  useScrollToEnd(list, { isRendered: turns.length > 0, sendingKey: sending?.key ?? null });
  const reportTitle = useEffectEvent(onTitle);
  useEffect(() => {
    if (title !== '') reportTitle(title);
  }, [title]);
  if (error?.kind === 'refused') return <ThreadRefused error={error} />;
  const ask = (question: Question, before?: readonly Turn[]): void => {
    onAsk(question.question);
    conversation.ask(question, before);
  };
  return (
    <div className="flex flex-1 flex-col">
      <div ref={list} className="flex-1 space-y-10 pb-6">
        <h1 className="sr-only">{title === '' ? 'Ask about a repository' : title}</h1>
        <ResetNotice stream={conversation} />
        {conversation.isLoading && (
          <LoadingSkeleton
            label="Loading the conversation"
            rows={['ml-auto h-12 w-2/3 rounded-2xl', 'h-5 w-1/3', 'h-24']}
          />
        )}
        {turns.length === 0 && !conversation.isLoading && (
          <EmptyConversation
            isNew={isNew}
            onExample={(question) => ask({ question, target: { kind: 'sample' } })}
          />
        )}
        {others.map(({ workflowId, title: other }) => (
          <p key={workflowId} className="text-sm text-muted-foreground">
            Also in this thread:{' '}
            <Link href={`/workflows/${workflowId}`} className="underline hover:text-foreground">
              {other}
            </Link>
          </p>
        ))}
        {turns.map((turn, index) => (
          <TurnView
            key={turn.key}
            turn={turn}
            onSendAgain={conversation.sendAgain}
            onRetry={retryLast(turn, turns.slice(0, index), conversation, ask)}
          />
        ))}
      </div>
      <div className="sticky bottom-0 -mx-1 -mb-6 bg-background px-1 pt-2 pb-4">
        <ConnectionProblems conversation={conversation} isNew={isNew} />
        <QuestionBox
          target={turns.findLast(({ target }) => target !== null)?.target ?? { kind: 'sample' }}
          isFollowUp={!isNew}
          isRunning={conversation.isRunning}
          onStop={conversation.isStopping ? null : conversation.stop}
          onAsk={ask}
        />
      </div>
    </div>
  );
}

/** Asks the last question again, unless an answer is still being written. */
function retryLast(
  turn: Turn,
  before: readonly Turn[],
  { turns }: Conversation,
  ask: (question: Question, before: readonly Turn[]) => void,
): (() => void) | null {
  const { target, question } = turn;
  if (target === null || turns.some(isOpen) || turn !== turns.at(-1)) return null;
  return () => ask({ question, target }, before);
}

/** Connection problems and errors. */
function ConnectionProblems(props: {
  readonly conversation: Conversation;
  readonly isNew: boolean;
}): ReactNode {
  const { connection, error, reconnect, stopError } = props.conversation;
  const isQuiet = props.isNew || connection.state === 'live' || connection.state === 'connecting';
  return (
    <div className="space-y-2 pb-2 empty:hidden">
      {error !== null && (
        <Notice
          title="The connection is lost"
          action={<Button onClick={reconnect}>Reconnect</Button>}
        >
          {error.message} Answers continue meanwhile, and appear here after you reconnect.
        </Notice>
      )}
      {error === null && !isQuiet && (
        <ConnectionBadge connection={connection} onReconnect={reconnect} />
      )}
      {stopError !== null && <Notice title="The answer could not be stopped">{stopError}</Notice>}
    </div>
  );
}

function ThreadRefused({ error }: { readonly error: RuntapeClientError }): ReactNode {
  const isForeign = error.code === 'not_your_thread';
  return (
    <MessagePage
      title={`This conversation ${isForeign ? 'belongs to someone else' : 'cannot be shown'}`}
      action={<PageLink href="/ask">Start a conversation of your own</PageLink>}
    >
      {isForeign
        ? 'Only the person who started it can see it and ask in it. Ask them for a link to a single answer, or sign in with their account.'
        : error.message}
    </MessagePage>
  );
}
