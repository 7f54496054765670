import { History, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { useStoredList } from '../local-storage.ts';

const MAX_TARGETS = 6;
const targetSchema = z.string().max(1000);

/** The last targets of this browser, newest first. */
export function useRecentTargets(kind: 'issue' | 'repository') {
  const { items, update, remove } = useStoredList({
    name: `recent-${kind}s`,
    schema: targetSchema,
    idOf: (target) => target,
    maxItems: MAX_TARGETS,
  });
  return {
    targets: items,
    remember: (target: string) => update(target, () => target),
    forget: remove,
  };
}

export function RecentTargetsList(props: {
  readonly targets: readonly string[];
  readonly onChoose: (target: string) => void;
  readonly onForget: (target: string) => void;
}): ReactNode {
  if (props.targets.length === 0) return null;
  return (
    <ul aria-label="Recent" className="flex flex-wrap items-center gap-2 text-sm">
      <History className="size-4 shrink-0 text-muted-foreground" aria-hidden />
      {props.targets.map((target) => (
        <li key={target} className="flex max-w-full items-stretch rounded-md border bg-muted/50">
          <button
            type="button"
            className="min-w-0 truncate rounded-l-md py-1 pl-2 hover:bg-muted"
            onClick={() => props.onChoose(target)}
          >
            {target}
          </button>
          <button
            type="button"
            aria-label={`Remove ${target} from this list`}
            className="rounded-r-md px-1.5 text-muted-foreground hover:bg-muted hover:text-foreground"
            onClick={() => props.onForget(target)}
          >
            <X className="size-3.5" aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
