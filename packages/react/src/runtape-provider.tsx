'use client';

import type { AnyRuntapeClient, App, RuntapeClient, StreamProblem } from '@runtape/client';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { StoreCache } from './store-cache.ts';
import { StreamStore } from './stream-store.ts';
import { threadDefinition, type ThreadStore } from './thread-store.ts';
import { workflowDefinition, type WorkflowStore } from './workflow-store.ts';

export interface RuntapeContext {
  readonly client: AnyRuntapeClient;
  readonly workflows: StoreCache<WorkflowStore>;
  readonly threads: StoreCache<ThreadStore>;
}

const Context = createContext<RuntapeContext | null>(null);

export interface RuntapeProviderProps {
  readonly client: AnyRuntapeClient;
  readonly children?: ReactNode;
  /**
   * Called for events that could not be read and were skipped, and for gaps; the streams continue.
   * Pass the same function each time: a different one restarts all streams. Default: a warning on
   * the console.
   */
  readonly onProblem?: (problem: StreamProblem) => void;
}

/**
 * Provides a client to the components below. The caller owns the client; each connection closes
 * with the last component that uses it.
 */
export function RuntapeProvider(props: RuntapeProviderProps): ReactNode {
  const { client, children, onProblem = warn } = props;
  const context = useMemo(
    () => ({
      client,
      workflows: new StoreCache(
        (id, onIdle) =>
          new StreamStore({ definition: workflowDefinition(client, id), onIdle, onProblem }),
      ),
      threads: new StoreCache(
        (id, onIdle) =>
          new StreamStore({ definition: threadDefinition(client, id), onIdle, onProblem }),
      ),
    }),
    [client, onProblem],
  );
  // React 18 has no `<Context>`.
  return <Context.Provider value={context}>{children}</Context.Provider>;
}

/**
 * Returns the client of the nearest provider.
 * @typeParam Called `typeof runtape` of the server, which types what the client starts.
 * @throws Error when there is no provider.
 */
export function useRuntapeClient<Called extends App = App>(): RuntapeClient<Called>;
export function useRuntapeClient(): AnyRuntapeClient {
  return useRuntapeContext().client;
}

export function useRuntapeContext(): RuntapeContext {
  const context = useContext(Context);
  if (context === null) {
    throw new Error('Put a <RuntapeProvider client={…}> around the components that use Runtape.');
  }
  return context;
}

function warn({ message, id, cause }: StreamProblem): void {
  // oxlint-disable-next-line no-console -- The default for developers; an application passes its own function.
  console.warn(`Runtape: ${message}`, id, cause);
}
