import type { CommentOnIssueResult, ToolCallState } from '@runtape/events';
import { memo, type ReactNode, useMemo, useState } from 'react';
import { ScrollRegion } from '../ui/scroll-region.tsx';

/** Drawn by hand: a long conversation has many of them, and a component each is most of what chips cost. */
const icon = (
  <svg
    viewBox="0 0 24 24"
    className="size-3.5 shrink-0 fill-none stroke-current stroke-2"
    aria-hidden
  >
    <path d="M14 2H6v20h12V6zv4h4M10 12l-2 2 2 2m4 0 2-2-2-2" />
  </svg>
);

type Source = CommentOnIssueResult['sources'][number];

/** What the model read, as chips that unfold the lines. Rendered again only when there is something else to show. */
export const SourceChips = memo(function SourceChips(props: {
  readonly sources: readonly Source[];
  readonly tools: readonly ToolCallState[];
}): ReactNode {
  // The same lines may be named twice.
  const byLabel = new Map(props.sources.map((source) => [labelOf(source), source]));
  return (
    <div className="mt-6 border-t pt-4">
      <h3 className="mb-2 text-sm font-medium text-muted-foreground">Sources</h3>
      <ul className="flex flex-wrap gap-2">
        {[...byLabel].map(([label, source]) => (
          <li key={label} className="max-w-full">
            <SourceChip label={label} source={source} tools={props.tools} />
          </li>
        ))}
      </ul>
    </div>
  );
});

function SourceChip(props: {
  readonly label: string;
  readonly source: Source;
  readonly tools: readonly ToolCallState[];
}): ReactNode {
  const { label, source, tools } = props;
  const [isOpen, setIsOpen] = useState(false);
  const content = (
    <>
      {icon}
      <span className="truncate">{label}</span>
    </>
  );
  const look = 'flex items-center gap-1.5 rounded-md bg-muted px-2 py-1 font-mono text-xs';
  if (!tools.some((call) => brought(call, source.path))) {
    return <span className={look}>{content}</span>;
  }
  return (
    <details className="group max-w-full" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className={`${look} list-none hover:text-primary`}>{content}</summary>
      {isOpen && <SourceLines label={label} source={source} tools={tools} />}
    </details>
  );
}

function SourceLines(props: {
  readonly label: string;
  readonly source: Source;
  readonly tools: readonly ToolCallState[];
}): ReactNode {
  const { label, source, tools } = props;
  const lines = useMemo(() => linesOf(source, tools), [source, tools]);
  return (
    <ScrollRegion
      label={`Lines of ${label}`}
      className="mt-1 max-h-80 rounded-md border p-3 text-xs"
    >
      {lines === '' ? <p>These lines are not kept here.</p> : <pre>{lines}</pre>}
    </ScrollRegion>
  );
}

function labelOf({ path, lines: [first, last] }: Source): string {
  return first === last ? `${path}:${first}` : `${path}:${first}–${last}`;
}

/** Whether a call brought something of a file. Asked for every chip in every frame of a text that grows: it reads no lines. */
function brought({ name, status, arguments: given, output }: ToolCallState, path: string): boolean {
  if (status !== 'ok' || output === '') return false;
  if (name === 'read_file') return pathOf(given) === path;
  if (name !== 'find_passages') return false;
  return output.startsWith(`# ${path}\n`) || output.includes(`\n# ${path}\n`);
}

/** The lines as tools returned them to the model, each behind its number; several calls may have read them. */
function linesOf(source: Source, tools: readonly ToolCallState[]): string {
  const [first, last] = source.lines;
  const found = new Map<number, string>();
  for (const call of tools.filter((each) => brought(each, source.path))) {
    for (const line of textOf(call, source.path).split('\n')) {
      // NaN where no number stands before the line, and NaN is in no range.
      const number = Number.parseInt(line, 10);
      if (number >= first && number <= last) found.set(number, line);
    }
  }
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([, line]) => line)
    .join('\n');
}

/** What a call brought of a file. */
function textOf({ name, output }: ToolCallState, path: string): string {
  if (name === 'read_file') return output;
  // Below the path of each passage stand its lines; none of them can be taken for a path, for all begin with their numbers.
  return `\n${output}`
    .split('\n# ')
    .filter((passage) => passage.startsWith(`${path}\n`))
    .map((passage) => passage.slice(path.length + 1))
    .join('\n');
}

function pathOf(given: ToolCallState['arguments']): string | null {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return null;
  return typeof given['path'] === 'string' ? given['path'].replace(/^(?:\.\/)+/, '') : null;
}
