import { useState } from 'react';
import { z } from 'zod';
import { storageKey } from '../storage-key.ts';

const MOST = 6;
const recentSchema = z.array(z.string().max(1000));

/** Of what: the two are typed in different fields. */
export type RecentOf = 'issue' | 'repository';

/** What was worked on last, newest first; kept in this browser. */
export function useRecentTargets(of: RecentOf) {
  const key = storageKey(`recent-${of}s`);
  const [kept, setKept] = useState({ key, targets: read(key) });
  // Another kind was chosen.
  if (kept.key !== key) setKept({ key, targets: read(key) });
  const keep = (targets: readonly string[]): void => {
    setKept({ key, targets });
    write(key, targets);
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

function read(key: string): readonly string[] {
  try {
    return recentSchema.parse(JSON.parse(localStorage.getItem(key) ?? '[]')).slice(0, MOST);
  } catch {
    // A browser that keeps nothing for the page, or what somebody else has written there.
    return [];
  }
}

function write(key: string, targets: readonly string[]): void {
  try {
    localStorage.setItem(key, JSON.stringify(targets));
  } catch {
    // Then it holds until the page is left.
  }
}
