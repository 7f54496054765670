import { useState } from 'react';
import { z } from 'zod';
import { basePath } from './page-url.ts';

interface StoredList<Item> {
  /** Part of the key. Pages below different paths have different keys. */
  readonly name: string;
  readonly schema: z.ZodType<Item>;
  readonly idOf: (item: Item) => string;
  readonly maxItems: number;
}

/** A list that the page keeps in this browser, the last stored item first. */
export function useStoredList<Item>({ name, schema, idOf, maxItems }: StoredList<Item>) {
  const key = basePath === '' ? name : `${basePath} ${name}`;
  const [stored, setStored] = useState(() => ({ key, items: readList(key, schema) }));
  if (stored.key !== key) setStored({ key, items: readList(key, schema) });
  /** @param toItem returns the item to store; `null` removes it. */
  const update = (id: string, toItem: (known: Item | undefined) => Item | null): void => {
    // Other tabs write here too; their items are kept.
    const before = readList(key, schema);
    const item = toItem(before.find((each) => idOf(each) === id));
    const others = before.filter((each) => idOf(each) !== id);
    const items = [...(item === null ? [] : [item]), ...others].slice(0, maxItems);
    setStored({ key, items });
    try {
      localStorage.setItem(key, JSON.stringify(items));
    } catch {
      // The list lasts until the page is closed.
    }
  };
  return { items: stored.items, update, remove: (id: string) => update(id, () => null) };
}

/** @returns an empty list when nothing valid is stored. */
function readList<Item>(key: string, schema: z.ZodType<Item>): readonly Item[] {
  try {
    return z.array(schema).parse(JSON.parse(localStorage.getItem(key) ?? '[]'));
  } catch {
    return [];
  }
}
