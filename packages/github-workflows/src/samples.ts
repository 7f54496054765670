import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A sample issue about Runtape's own code. */
export interface Sample {
  /** The name in `sample:<name>` and of its file. */
  readonly name: string;
  readonly title: string;
  /** One sentence for lists. */
  readonly summary: string;
  /** Markdown; its first heading is the title. */
  readonly issue: string;
}

const FOLDER = join(import.meta.dirname, '../samples');
const SUMMARY_START = '<!--';
const SUMMARY_END = '-->';

/** The sample issues, by name. */
export const samples: readonly Sample[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.md'))
  .sort()
  .map((file) =>
    readSample(file.slice(0, -'.md'.length), readFileSync(join(FOLDER, file), 'utf8')),
  );

function readSample(name: string, text: string): Sample {
  const end = text.indexOf(SUMMARY_END);
  const summary = text.startsWith(SUMMARY_START) && text.slice(SUMMARY_START.length, end).trim();
  const issue = text.slice(end + SUMMARY_END.length).trimStart();
  const [heading = ''] = issue.split('\n', 1);
  if (typeof summary !== 'string' || summary === '' || end === -1 || !heading.startsWith('# ')) {
    throw new Error(`The sample ${name} needs a summary in a comment and a title as its heading.`);
  }
  return { name, title: heading.slice('# '.length), summary, issue };
}
