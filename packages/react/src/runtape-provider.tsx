import type { RuntapeClient, StreamProblem } from '@runtape/client';
import { QueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { StoreCache } from './store-cache.ts';
import { StreamStore } from './stream-store.ts';
import { threadSource, type ThreadStore } from './thread-store.ts';
import { workflowSource, type WorkflowStore } from './workflow-store.ts';

interface RuntapeContext {
  readonly client: RuntapeClient;
  readonly workflows: StoreCache<WorkflowStore>;
  readonly threads: StoreCache<ThreadStore>;
  /**
   * Keeps what is asked for again and again; of our own, so that a program needs no provider of
   * another library.
   */
  readonly queries: QueryClient;
}

const Context = createContext<RuntapeContext | null>(null);

export interface RuntapeProviderProps {
  readonly client: RuntapeClient;
  readonly children?: ReactNode;
  /**
   * Hears of events that could not be read and were skipped, and of gaps; the streams go on. Should
   * stay the same function: another one starts anew. Default: a warning on the console.
   */
  readonly onProblem?: (problem: StreamProblem) => void;
}

/**
 * Gives the components below it a client. The client belongs to whoever made it; each connection
 * ends with the last component that needs it.
 */
export function RuntapeProvider(props: RuntapeProviderProps): ReactNode {
  const { client, children, onProblem = warn } = props;
  const context = useMemo(
    () => ({
      client,
      workflows: new StoreCache(
        (id, onIdle) => new StreamStore({ source: workflowSource(client, id), onIdle, onProblem }),
      ),
      threads: new StoreCache(
        (id, onIdle) => new StreamStore({ source: threadSource(client, id), onIdle, onProblem }),
      ),
      queries: new QueryClient(),
    }),
    [client, onProblem],
  );
  return <Context value={context}>{children}</Context>;
}

/** The client of the nearest provider. Throws when there is none. */
export function useRuntapeClient(): RuntapeClient {
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
  // oxlint-disable-next-line no-console -- Where a browser's developer looks; a program hands in its own.
  console.warn(`Runtape: ${message}`, id, cause);
}
