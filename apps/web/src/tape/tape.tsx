import type { ConnectionState } from '@runtape/client';
import { hasEnded } from '@runtape/events';
import { useWorkflowStream, type WorkflowStream } from '@runtape/react';
import { shortTapeSchema } from '@runtape/workflow-state/tape';
import { useQueryClient } from '@tanstack/react-query';
import {
  memo,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import { trpc } from '../connect.ts';
import { Button } from '../ui/button.tsx';
import { type Moment, momentInAddress, NOW } from '../workflow/moment.ts';
import { takePreloadedTape } from '../workflow/preload-workflow.ts';
import { TapeControls } from './tape-controls.tsx';
import { handleGlobalKeys } from './tape-keys.ts';
import { TapeLegend } from './tape-legend.tsx';
import { TapeStatus } from './tape-status.tsx';
import { TapeStore, type TapeView } from './tape-store.ts';
import { tailLabel, TapeStrip } from './tape-strip.tsx';

export interface TapeProps {
  readonly stream: WorkflowStream;
  /** Called with the moment to show, and a function that returns to the present. */
  readonly onMoment: (moment: Moment, toNow: () => void) => void;
  /** Called with the roles of the lanes. */
  readonly onLanes: (roles: readonly string[]) => void;
  /** Called with the event types that are not built in. */
  readonly onOwnTypes: (types: readonly string[]) => void;
}

/** The whole workflow from left to right, with a playhead. */
export function Tape({ stream, onMoment, onLanes, onOwnTypes }: TapeProps): ReactNode {
  const { workflowId, cursor, status } = stream.workflow;
  const connection = stream.connection.state;
  const { client } = trpc.useUtils();
  const queryClient = useQueryClient();
  const [store] = useState(
    () =>
      new TapeStore({
        workflowId,
        readPage: ({ after, limit }, signal) =>
          client.workflow.events.query(
            { workflowId, limit, ...(after === null ? {} : { after }) },
            { signal },
          ),
        readTape: async (signal) => {
          const { tape } =
            (await takePreloadedTape(queryClient, workflowId)) ??
            (await client.workflow.tape.query({ workflowId }, { signal }));
          return tape === null ? null : shortTapeSchema.parse(tape);
        },
        readPast: ({ after, upTo }, signal) =>
          client.workflow.past.query(
            { workflowId, upTo, ...(after === null ? {} : { after }) },
            { signal },
          ),
        at: momentInAddress(),
      }),
  );
  useEffect(() => store.start(), [store]);
  useEffect(() => handleGlobalKeys(store), [store]);
  useWorkflowStream(workflowId, { onEvent: (entry) => store.add(entry) });
  const ended = hasEnded(status);
  useEffect(() => {
    if (cursor !== null) store.reach(cursor, ended);
  }, [store, cursor, ended]);
  useEffect(() => {
    if (connection === 'live' || connection === 'polling') store.onServerAvailable();
  }, [store, connection]);
  const view = useSyncExternalStore(store.subscribe, store.getView);
  const { moment } = view;
  useLayoutEffect(() => onMoment(moment, store.toNow), [moment, store, onMoment]);
  const { history } = view;
  const lanes = history.lanes.length;
  useEffect(() => {
    onLanes(history.lanes.slice(0, lanes).map(({ role }) => role));
  }, [history, lanes, onLanes]);
  const { ownTypes } = history;
  useEffect(() => onOwnTypes(ownTypes), [ownTypes, onOwnTypes]);
  // Without the tape the page shows the current state.
  useEffect(() => () => onMoment(NOW, () => {}), [onMoment]);
  return <TapeLayout store={store} view={view} connection={connection} />;
}

/** Memoised, since the stream changes with every token, and the tape less often. */
const TapeLayout = memo(function TapeLayout(props: {
  readonly store: TapeStore;
  readonly view: TapeView;
  readonly connection: ConnectionState['state'];
}): ReactNode {
  const { store, view, connection } = props;
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 px-2 sm:flex-nowrap">
        <TapeControls store={store} view={view} />
        <div className="order-last w-full min-w-0 sm:order-none sm:w-auto sm:flex-1">
          <TapeStatus view={view} />
        </div>
        <TapeLegend view={view} />
        <div className="ml-auto flex h-9 shrink-0 items-center">
          <BackButton store={store} view={view} connection={connection} />
        </div>
      </div>
      <div className="relative mt-1">
        <TapeStrip store={store} view={view} connection={connection} />
        <LoadingOverlay store={store} view={view} />
      </div>
      <p id="tape-keys" className="sr-only">
        Space plays and pauses. The arrow keys go to the previous or next event, with Shift ten
        events at a time. Home goes to the first event, End or L to the last. The keys also work
        while nothing has the focus.
      </p>
      <output className="sr-only">
        {view.moment.kind === 'past'
          ? 'The page shows a past moment. Press L to return to the present.'
          : 'The page shows the current state.'}
      </output>
    </>
  );
});

function BackButton(props: {
  readonly store: TapeStore;
  readonly view: TapeView;
  readonly connection: ConnectionState['state'];
}): ReactNode {
  const { store, view, connection } = props;
  if (view.problem === null && view.moment.kind === 'now') {
    const label = tailLabel(view, connection);
    return (
      <span className="inline-flex items-center gap-2 rounded-full border px-2.5 py-0.5 text-xs font-medium">
        <span
          aria-hidden
          className={`size-2 rounded-full ${label === 'Live' ? 'bg-good' : 'bg-muted-foreground'}`}
        />
        {label}
      </span>
    );
  }
  return (
    <Button className="h-8" title="Back (L)" onClick={store.toNow}>
      {view.problem === null ? (view.hasEnded ? 'Back to the end' : 'Back to live') : 'OK'}
    </Button>
  );
}

/** Covers the strip while events are missing. */
function LoadingOverlay(props: { readonly store: TapeStore; readonly view: TapeView }): ReactNode {
  const { store, view } = props;
  const { hasAll, loading, known, history } = view;
  if (loading.state === 'failed') {
    return (
      <div className="absolute inset-0 grid place-items-center">
        <Button className="h-8" onClick={store.load}>
          Try again
        </Button>
      </div>
    );
  }
  if (hasAll || loading.state !== 'loading') return null;
  return (
    <progress
      aria-label="Loading the tape"
      max={Math.max(1, known)}
      value={history.length}
      className="absolute inset-x-2 bottom-0 h-1 accent-primary"
    />
  );
}
