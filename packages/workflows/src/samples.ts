import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An issue that comes with Runtape, about Runtape's own code. */
export interface Sample {
  /** As in `sample:<name>`; the name of its file. */
  readonly name: string;
  readonly title: string;
  /** One sentence for lists. */
  readonly summary: string;
  /** Markdown; its first heading is the title. */
  readonly issue: string;
}

const FOLDER = join(import.meta.dirname, '../samples');
const SUMMARY = /^<!--\s*([\s\S]*?)\s*-->\s*/;

/** The sample issues, by name. */
export const samples: readonly Sample[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.md'))
  .sort()
  .map((file) =>
    readSample(file.slice(0, -'.md'.length), readFileSync(join(FOLDER, file), 'utf8')),
  );

function readSample(name: string, text: string): Sample {
  const summary = SUMMARY.exec(text)?.[1];
  const issue = text.replace(SUMMARY, '');
  const title = /^# (.+)$/m.exec(issue)?.[1];
  if (summary === undefined || title === undefined) {
    throw new Error(`The sample ${name} needs a summary in a comment and a title as its heading.`);
  }
  return { name, title, summary, issue };
}
