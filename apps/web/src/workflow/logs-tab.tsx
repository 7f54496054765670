import type { LogLine } from '@runtape/events';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { formatClock } from '../format/time.ts';
import { inputLook } from '../ui/field.tsx';
import { cn } from '../ui/class-names.ts';
import { ScrollRegion } from '../ui/scroll-region.tsx';

const levels = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof levels)[number];

const colors: Readonly<Record<Level, string>> = {
  debug: 'text-muted-foreground',
  info: 'text-foreground',
  warn: 'text-warn',
  error: 'text-bad',
};

/** The last 200 log lines, from a level up. */
export function LogsTab({ logs }: { readonly logs: readonly LogLine[] }): ReactNode {
  const [least, setLeast] = useState<Level>('info');
  const [follows, setFollows] = useState(true);
  const list = useRef<HTMLElement>(null);
  const shown = logs.filter(({ level }) => levels.indexOf(level) >= levels.indexOf(least));
  // The list alone is scrolled: to bring its end into view would move the page too.
  useLayoutEffect(() => {
    if (follows && list.current !== null) list.current.scrollTop = list.current.scrollHeight;
  });
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-4 text-sm">
        <label className="flex items-center gap-2 whitespace-nowrap text-muted-foreground">
          From level
          <select
            className={`${inputLook} w-auto py-1 text-sm text-foreground`}
            value={least}
            onChange={(event) =>
              setLeast(levels.find((level) => level === event.target.value) ?? 'info')
            }
          >
            {levels.map((level) => (
              <option key={level}>{level}</option>
            ))}
          </select>
        </label>
        <label className="flex items-center gap-2 whitespace-nowrap text-muted-foreground">
          <input
            type="checkbox"
            className="accent-primary"
            checked={follows}
            onChange={(event) => setFollows(event.target.checked)}
          />
          Follow
        </label>
      </div>
      {shown.length === 0 ? (
        <p className="text-sm text-muted-foreground">No log lines of this level.</p>
      ) : (
        <ScrollRegion
          ref={list}
          label="Log lines"
          className="max-h-[32rem] font-mono text-xs"
          onScroll={({ currentTarget }) => setFollows(isAtEnd(currentTarget))}
        >
          <ol className="space-y-1">
            {shown.map(({ id, at, level, message }) => (
              <li key={id} className="grid grid-cols-[4.5rem_3rem_minmax(0,1fr)] gap-2">
                <time dateTime={at} className="text-muted-foreground">
                  {formatClock(Date.parse(at))}
                </time>
                <span className={cn('font-medium', colors[level])}>{level}</span>
                <span className="break-words">{message}</span>
              </li>
            ))}
          </ol>
        </ScrollRegion>
      )}
    </div>
  );
}

function isAtEnd({ scrollTop, clientHeight, scrollHeight }: Element): boolean {
  return scrollTop + clientHeight >= scrollHeight - 4;
}
