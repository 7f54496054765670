import { History, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { z } from 'zod';
import { readList, storageKey, writeList } from '../local-storage.ts';

const MOST = 6;
const recentSchema = z.array(z.string().max(1000));

type RecentOf = 'issue' | 'repository';

/** The last targets, newest first, kept in this browser. */
export function useRecentTargets(of: RecentOf) {
  const key = storageKey(`recent-${of}s`);
  const [kept, setKept] = useState({ key, targets: readList(key, recentSchema) });
  if (kept.key !== key) setKept({ key, targets: readList(key, recentSchema) });
  const keep = (targets: readonly string[]): void => {
    setKept({ key, targets });
    writeList(key, targets);
  };
  return {
    targets: kept.targets,
    remember: (target: string) => keep([target, ...without(kept.targets, target)].slice(0, MOST)),
    forget: (target: string) => keep(without(kept.targets, target)),
  };
}

function without(targets: readonly string[], target: string): string[] {
  return targets.filter((other) => other !== target);
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
