import { normalize } from './make-inert.ts';

/**
 * What is posted of a comment that a person has written, or has read and changed: as it is, but for blank space around it and line
 * ends. The page shows it, and the workflow posts it behind a hidden mark.
 */
export function personText(body: string): string {
  return normalize(body).trim();
}
