import type { z } from 'zod';
import { basePath } from './page-url.ts';

/** The key of something that the page keeps in the browser. Pages below other paths have others. */
export function storageKey(name: string): string {
  return basePath === '' ? name : `${basePath} ${name}`;
}

/** @returns an empty list where nothing is stored, or something that does not fit. */
export function readList<Item>(key: string, schema: z.ZodType<Item[]>): readonly Item[] {
  try {
    return schema.parse(JSON.parse(localStorage.getItem(key) ?? '[]'));
  } catch {
    return [];
  }
}

/** Does nothing in a browser that stores nothing for the page. */
export function writeList(key: string, items: readonly unknown[]): void {
  try {
    localStorage.setItem(key, JSON.stringify(items));
  } catch {
    // The list is there until the page is left.
  }
}
