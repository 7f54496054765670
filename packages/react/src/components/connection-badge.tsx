'use client';

import type { ConnectionState } from '@runtape/client';
import { type ReactNode, useEffect, useState } from 'react';
import { classes } from './classes.ts';

const MS = 1000;
const TICK_MS = 250;

export interface ConnectionBadgeProps {
  /** The connection that `useWorkflowStream` or `useThread` returns. */
  readonly connection: ConnectionState;
  /** Adds a button for reconnecting, shown while the client waits, polls or has given up. */
  readonly onReconnect?: (() => void) | undefined;
  readonly className?: string | undefined;
}

const dots: Readonly<Record<ConnectionState['state'], string>> = {
  connecting: 'bg-neutral-400',
  live: 'bg-emerald-600 dark:bg-emerald-400',
  reconnecting: 'bg-amber-600 dark:bg-amber-400',
  polling: 'bg-amber-600 dark:bg-amber-400',
  ended: 'bg-neutral-400',
  failed: 'bg-red-600 dark:bg-red-400',
};

const words = {
  connecting: 'Connecting',
  live: 'Live',
  polling: 'Polling',
  ended: 'Ended',
  failed: 'Not connected',
} as const;

/** Shows the connection state of a stream: a dot, words, and the seconds until the next attempt. */
export function ConnectionBadge(props: ConnectionBadgeProps): ReactNode {
  const { connection, onReconnect, className } = props;
  const { state } = connection;
  const mayReconnect = state === 'reconnecting' || state === 'polling' || state === 'failed';
  return (
    <span
      className={classes(
        'inline-flex items-center gap-2 rounded-full border px-2.5 py-0.5 text-xs font-medium',
        className,
      )}
      title={state === 'failed' ? connection.message : undefined}
    >
      <span aria-hidden className={classes('size-2 rounded-full', dots[state])} />
      <output className="tabular-nums">
        {state === 'reconnecting' ? (
          <Countdown key={`${connection.attempt} ${connection.inMs}`} {...connection} />
        ) : (
          words[state]
        )}
      </output>
      {mayReconnect && onReconnect !== undefined && (
        <button type="button" className="underline underline-offset-2" onClick={onReconnect}>
          Reconnect
        </button>
      )}
    </span>
  );
}

interface CountdownProps {
  readonly inMs: number;
  readonly attempt: number;
}

function Countdown({ inMs, attempt }: CountdownProps): ReactNode {
  const [leftMs, setLeftMs] = useState(inMs);
  useEffect(() => {
    const at = Date.now() + inMs;
    const timer = setInterval(() => setLeftMs(at - Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [inMs]);
  const seconds = Math.max(0, Math.ceil(leftMs / MS));
  return `Reconnecting in ${seconds} s · attempt ${attempt}`;
}
