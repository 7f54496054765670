/** Things that strangers wrote, or that were made of what they wrote. */
export type Fenced = 'issue' | 'notes' | 'draft' | 'passages' | 'remarks' | 'sources' | 'triage';

const ANY_FENCE = /<(?=\s*\/?\s*untrusted_)/gi;

/** The tag between which a prompt announces that something stands. */
export function fenceName(kind: Fenced): string {
  return `untrusted_${kind}`;
}

/** Puts a text between tags that nothing in it can close. */
export function fence(kind: Fenced, text: string): string {
  const name = fenceName(kind);
  return `<${name}>\n${text.replaceAll(ANY_FENCE, '&lt;')}\n</${name}>`;
}
