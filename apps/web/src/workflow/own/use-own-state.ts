import type { WorkflowSnapshot } from '@runtape/events';
import { ownState } from '@runtape/workflow-state';
import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import { trpc } from '../../connect.ts';
import { isJsonValue, type JsonValue } from '../../ui/json.ts';
import { useThrottled } from '../../ui/use-throttled.ts';

/** How often the state of a running workflow is asked for, in ms. */
const EVERY_MS = 1000;
/** How long answers are kept, in ms: each has the whole snapshot. */
const KEPT_MS = 10_000;

interface OwnState {
  /** `undefined` when it is not known, or there is none. */
  readonly value: JsonValue | undefined;
  /** Why the state no longer changes. */
  readonly error: WorkflowSnapshot['stateError'];
}

/**
 * The state that the workflow's own reducer computes, at the shown moment. The page does not have
 * the reducer, so it asks the server.
 */
export function useOwnState(workflow: WorkflowSnapshot): OwnState {
  const { workflowId, cursor } = workflow;
  const known = ownState(workflow);
  const version = versionOf(workflow);
  const [asked, setAsked] = useState({ version, cursor });
  if (asked.version !== version) setAsked({ version, cursor });
  const at = useThrottled(asked.cursor, EVERY_MS);
  const { data } = trpc.workflow.get.useQuery(
    { workflowId, ...(at !== null && { at }) },
    {
      enabled: known === undefined && at !== null,
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: KEPT_MS,
      placeholderData: keepPreviousData,
      retry: false,
    },
  );
  const snapshot = known === undefined ? data?.snapshot : workflow;
  const value = snapshot === undefined ? undefined : ownState(snapshot);
  return {
    value: isJsonValue(value) ? value : undefined,
    error: snapshot?.stateError ?? null,
  };
}

/** Changes with everything that can change the state: an event of its own, or another attempt. */
function versionOf({ workflowId, custom, attempt, status }: WorkflowSnapshot): string {
  const last = Object.values(custom).map((events) => events.last.id);
  return [workflowId, attempt, status, ...last].join(' ');
}
