import type { Entry } from '@runtape/event-log';
import { weighEntry } from './weigh-entry.ts';

/** How many entries to ask a log for while nothing is known of their size. */
export const FIRST_LIMIT = 128;

/** What a page should weigh, in bytes. */
const PAGE_BYTES = 1024 * 1024;
/** After light entries heavy ones may come: a page grows step by step. */
const GROWTH = 4;

/**
 * How many entries to ask a log for after this page, so that pages of heavy entries stay small: a log counts entries, not
 * bytes.
 * @param limit what this page was asked for.
 */
export function nextLimit(page: readonly Entry[], limit: number): number {
  if (page.length === 0) return limit;
  const bytes = page.reduce((sum, entry) => sum + weighEntry(entry), 0);
  const fitting = Math.floor((PAGE_BYTES * page.length) / bytes);
  return Math.max(1, Math.min(fitting, limit * GROWTH));
}
