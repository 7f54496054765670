import { basePath } from './page-url.ts';

/** The name under which the browser keeps something of this page: pages below other paths of the host have their own. */
export function storageKey(name: string): string {
  return basePath === '' ? name : `${basePath} ${name}`;
}
