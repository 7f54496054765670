import { type App as RuntapeApp, createRuntapeClient } from '@runtape/client';
import { useStreamingChat } from '@runtape/github-workflows/react';
import { answerText, draftText } from '@runtape/github-workflows/contract';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import {
  BudgetBar,
  budgetOf,
  ConnectionBadge,
  describeReset,
  LogPane,
  RuntapeProvider,
  StreamHandler,
  useRuntapeClient,
  ToolCall,
  useThread,
  useWorkflow,
  useWorkflowStream,
  WorkflowTimeline,
} from '../src/index.ts';
import { useWorkflows } from '../src/query.ts';

// A test checks that the examples in docs/react.md are the same as these.

export function App({ children }: { children: ReactNode }) {
  const [client] = useState(() => createRuntapeClient({ url: 'http://127.0.0.1:4310' }));
  return <RuntapeProvider client={client}>{children}</RuntapeProvider>;
}

export function Draft({ workflowId }: { workflowId: string }) {
  const [isDone, setIsDone] = useState(false);
  const { workflow, isStreaming, error, reconnect } = useWorkflowStream(workflowId, {
    onCompleted: () => setIsDone(true),
  });
  if (error !== null) return <button onClick={reconnect}>{error.message} Try again.</button>;
  return (
    <article aria-busy={isStreaming}>
      <h2>{workflow.title}</h2>
      <p>{draftText(workflow)}</p>
      {isDone && <p>It has just been finished.</p>}
    </article>
  );
}

export function StopButton({ workflowId }: { workflowId: string }) {
  const client = useRuntapeClient();
  const [answer, setAnswer] = useState('');
  const stop = async () => {
    const { outcome } = await client.cancelWorkflow(workflowId, { reason: 'Not needed any more' });
    setAnswer(outcome === 'already_ended' ? 'It had ended before.' : 'It stops.');
  };
  return (
    <>
      <button onClick={() => void stop()}>Stop</button>
      <output>{answer}</output>
    </>
  );
}

export function StartedAnew({ workflowId }: { workflowId: string }) {
  const { reset, dismissReset } = useWorkflowStream(workflowId);
  if (reset === null) return null;
  return (
    <p>
      <output>{describeReset(reset)}</output> <button onClick={dismissReset}>Understood</button>
    </p>
  );
}

export function Watch({ workflowId }: { workflowId: string }) {
  const [problem, setProblem] = useState('');
  return (
    <>
      <StreamHandler
        workflowId={workflowId}
        onError={({ code, message }) => setProblem(`${message} (${code})`)}
        className="max-w-prose"
      />
      <p role="alert">{problem}</p>
    </>
  );
}

export function Chat() {
  const [question, setQuestion] = useState('');
  const chat = useStreamingChat({ onResult: () => setQuestion('') });
  const ask = (event: SubmitEvent) => {
    event.preventDefault();
    void chat.startStream(question, { target: { kind: 'sample' } });
  };
  return (
    <form onSubmit={ask}>
      <input value={question} onChange={({ target }) => setQuestion(target.value)} />
      {chat.isStreaming ? (
        <button type="button" onClick={() => void chat.stopStream()}>
          Stop
        </button>
      ) : (
        <button>Ask</button>
      )}
      <output>{chat.error?.message ?? chat.status?.message}</output>
      <p>{chat.text}</p>
      <ul>
        {chat.result?.sources.map(({ path, lines: [from, to] }) => (
          <li key={`${path}:${from}-${to}`}>
            {path}:{from}–{to}
          </li>
        ))}
      </ul>
    </form>
  );
}

export function Conversation({ threadId }: { threadId: string }) {
  const { workflows, connection, error, reconnect } = useThread(threadId);
  if (error !== null) return <button onClick={reconnect}>{error.message} Try again.</button>;
  return (
    <>
      <ConnectionBadge connection={connection} onReconnect={reconnect} />
      {workflows.map((workflow) => (
        <article key={workflow.workflowId}>
          <h2>{workflow.title}</h2>
          <p>{answerText(workflow)}</p>
        </article>
      ))}
    </>
  );
}

export function RunningReviews() {
  const { workflows, isLoading, error, hasMore, loadMore } = useWorkflows({
    status: ['running', 'retrying'],
    workflow: 'reviewIssue',
  });
  if (isLoading) return <p>Loading …</p>;
  return (
    <>
      {error !== null && <p role="alert">{error.message}</p>}
      <ul>
        {workflows.map(({ workflowId, title, watchers }) => (
          <li key={workflowId}>
            {title}, {watchers} watching
          </li>
        ))}
      </ul>
      {hasMore && <button onClick={loadMore}>More</button>}
    </>
  );
}

export function Details({ workflowId }: { workflowId: string }) {
  const { workflow, logs, connection, reconnect } = useWorkflowStream(workflowId);
  const budget = budgetOf(workflow);
  return (
    <>
      <ConnectionBadge connection={connection} onReconnect={reconnect} />
      {budget !== null && <BudgetBar {...budget} />}
      <WorkflowTimeline workflow={workflow} />
      <LogPane logs={logs} initialLevel="warn" />
    </>
  );
}

export function LastCalls({ workflowId }: { workflowId: string }) {
  const { workflow } = useWorkflowStream(workflowId);
  return (
    <ol>
      {workflow.tools.slice(-20).map((call) => (
        <li key={`${call.callId} ${call.startedAt}`}>
          <ToolCall call={call} />
        </li>
      ))}
    </ol>
  );
}

type FeedApp = RuntapeApp<{
  readonly summariseFeed: {
    readonly input: { url: string };
    readonly result: { summary: string };
    readonly events: { item: { title: string } };
    readonly state: undefined;
  };
}>;

export function Feed({ workflowId }: { workflowId: string | null }) {
  const { text, result, status, error, cancel } = useWorkflow<FeedApp>('summariseFeed', workflowId);
  if (error !== null) return <p role="alert">{error.message}</p>;
  return (
    <article aria-busy={status === 'running'}>
      <p>{result?.summary ?? text('summary')}</p>
      <button onClick={() => void cancel()}>Stop</button>
    </article>
  );
}
