import { hasEnded, isThoughtPart, type WorkflowSnapshot } from '@runtape/events';
import { textOf } from '@runtape/workflow-state';
import { type ReactNode, useId, useRef } from 'react';
import { useDefinitions } from '../../start/definitions.ts';
import { JsonTree } from '../../ui/json-tree.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { AnnounceSentences } from '../announce-sentences.tsx';
import { Markdown, usePreloadMarkdown } from '../markdown.tsx';
import { Thoughts } from '../thoughts.tsx';
import { useFollowTail } from '../use-follow-tail.ts';
import { InputDetails } from './input-details.tsx';
import { useOwnState } from './use-own-state.ts';

/** What a workflow of an app has made: its state, texts and result. */
export function OwnPanel(props: {
  readonly workflow: WorkflowSnapshot;
  /** `false` at a past moment of the tape. */
  readonly isNow: boolean;
  readonly isLoading: boolean;
}): ReactNode {
  const { workflow, isNow, isLoading } = props;
  const { status, result, workflowId } = workflow;
  const ended = hasEnded(status);
  const state = useOwnState(workflow);
  const parts = namesOf(workflow);
  const last = workflow.parts.findLast(({ part }) => !isThoughtPart(part));
  const grows = last?.isComplete === false && !ended;
  const panel = useRef<HTMLDivElement>(null);
  useFollowTail(panel, grows);
  usePreloadMarkdown();
  const isEmpty = parts.length === 0 && result === null && state.value === undefined;
  return (
    <>
      <div ref={panel} className="min-w-0 space-y-6">
        {state.value !== undefined && (
          <Card title="State">
            {state.error !== null && (
              <p className="mb-2 text-sm text-bad">
                The state no longer changes: {state.error.message}
              </p>
            )}
            <JsonTree value={state.value} label="state" isOpen />
          </Card>
        )}
        {parts.map((part) => (
          <Card key={part} title={part}>
            <div className="max-w-[85ch]">
              <Markdown text={textOf(workflow, part)} grows={grows && part === last?.part} />
            </div>
          </Card>
        ))}
        {isEmpty && <Empty workflow={workflow} isLoading={isLoading} />}
        <Thoughts workflow={workflow} />
        {result !== null && (
          <Card title="Result">
            <JsonTree value={result} label="result" isOpen />
          </Card>
        )}
        {!isLoading && <InputDetails key={workflowId} workflowId={workflowId} />}
      </div>
      <AnnounceSentences text={textOf(workflow)} grows={grows && isNow} />
    </>
  );
}

function Card(props: { readonly title: string; readonly children: ReactNode }): ReactNode {
  const id = useId();
  return (
    <section aria-labelledby={id} className="min-w-0 rounded-xl border bg-card p-4 sm:p-6">
      <h2 id={id} className="mb-3 text-sm font-medium break-words text-muted-foreground">
        {props.title}
      </h2>
      {props.children}
    </section>
  );
}

function Empty(props: {
  readonly workflow: WorkflowSnapshot;
  readonly isLoading: boolean;
}): ReactNode {
  const { workflow, isLoading } = props;
  const { definitions } = useDefinitions();
  const isUnknown =
    definitions !== undefined &&
    workflow.workflow !== '' &&
    definitions.every(({ name }) => name !== workflow.workflow);
  if (hasEnded(workflow.status)) {
    return (
      <Note>
        The workflow ended without a text or a result.
        {Object.keys(workflow.custom).length > 0 && ' Its events are in the tabs.'}
      </Note>
    );
  }
  return (
    <Note>
      <output className="block">
        {isLoading ? 'Loading …' : (workflow.statuses.at(-1)?.message ?? waitingFor(workflow))}
      </output>
      {isUnknown && !isLoading && (
        <p className="mt-2 text-sm">
          This server has no workflow named “{workflow.workflow}” any more. It continues when a
          worker that has it starts.
        </p>
      )}
      <div className="mt-3 space-y-3">
        <Skeleton className="h-4 w-11/12" />
        <Skeleton className="h-4 w-4/5" />
      </div>
    </Note>
  );
}

function Note({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <div className="rounded-xl border bg-card p-4 text-muted-foreground sm:p-6">{children}</div>
  );
}

function waitingFor({ status }: WorkflowSnapshot): string {
  return status === 'running' ? 'Running …' : 'Waiting for a worker …';
}

/** The names of the texts, in the order in which they began. */
function namesOf({ parts }: WorkflowSnapshot): readonly string[] {
  const texts = parts.filter(({ part, text }) => !isThoughtPart(part) && text !== '');
  return [...new Set(texts.map(({ part }) => part))];
}
