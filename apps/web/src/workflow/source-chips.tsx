import type { CommentOnIssueResult } from '@runtape/github-workflows/contract';
import type { ToolCallState } from '@runtape/events';
import { memo, type ReactNode, type ToggleEvent, useMemo, useState } from 'react';
import { ScrollRegion } from '../ui/scroll-region.tsx';

type Source = CommentOnIssueResult['sources'][number];

/** The sources of a text as chips that expand to their lines. */
export const SourceChips = memo(function SourceChips(props: {
  readonly sources: readonly Source[];
  readonly tools: readonly ToolCallState[];
}): ReactNode {
  const { sources, tools } = props;
  const readPaths = useMemo(() => new Set(tools.flatMap(toPaths)), [tools]);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const onToggle = (event: ToggleEvent<HTMLDetailsElement>): void => {
    const { open, dataset } = event.currentTarget;
    const { label = '' } = dataset;
    setOpened((before) => {
      const others = [...before].filter((each) => each !== label);
      return new Set(open ? [...others, label] : others);
    });
  };
  // The same lines may be cited twice.
  const byLabel = new Map(sources.map((source) => [toLabel(source), source]));
  return (
    <div className="mt-6 border-t pt-4">
      <h3 className="mb-2 text-sm font-medium text-muted-foreground">Sources</h3>
      <ul className="flex flex-wrap gap-2">
        {[...byLabel].map(([label, source]) => (
          <li key={label} className="max-w-full">
            {readPaths.has(source.path) ? (
              <details className="group max-w-full" data-label={label} onToggle={onToggle}>
                <summary className={`${look} list-none hover:text-primary`}>{label}</summary>
                {opened.has(label) && <SourceLines label={label} source={source} tools={tools} />}
              </details>
            ) : (
              <span className={look}>{label}</span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
});

/** The icon is in the style sheet, because a long conversation has many chips. */
const look = 'source-chip block truncate rounded-md bg-muted px-2 py-1 font-mono text-xs';

function SourceLines(props: {
  readonly label: string;
  readonly source: Source;
  readonly tools: readonly ToolCallState[];
}): ReactNode {
  const { label, source, tools } = props;
  const lines = useMemo(() => findLines(source, tools), [source, tools]);
  return (
    <ScrollRegion
      label={`Lines of ${label}`}
      className="mt-1 max-h-80 rounded-md border p-3 text-xs"
    >
      {lines === '' ? <p>These lines are not stored with the workflow.</p> : <pre>{lines}</pre>}
    </ScrollRegion>
  );
}

function toLabel({ path, lines: [first, last] }: Source): string {
  return first === last ? `${path}:${first}` : `${path}:${first}–${last}`;
}

function toPaths(call: ToolCallState): readonly string[] {
  return toPassages(call).map(({ path }) => path);
}

/** Finds the cited lines in the results of the tools; several calls may have read them. */
function findLines(source: Source, tools: readonly ToolCallState[]): string {
  const [first, last] = source.lines;
  const found = new Map<number, string>();
  for (const { path, text } of tools.flatMap(toPassages)) {
    if (path !== source.path) continue;
    for (const line of text.split('\n')) {
      // A line without a number gives NaN, which is in no range.
      const number = Number.parseInt(line, 10);
      if (number >= first && number <= last) found.set(number, line);
    }
  }
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([, line]) => line)
    .join('\n');
}

interface Passage {
  readonly path: string;
  /** Each line starts with its number and a tab. */
  readonly text: string;
}

function toPassages({ name, status, arguments: given, output }: ToolCallState): readonly Passage[] {
  if (status !== 'ok' || output === '') return [];
  if (name === 'read_file') {
    const path = toPath(given);
    return path === null ? [] : [{ path, text: output }];
  }
  if (name !== 'find_passages') return [];
  // A path follows `# `. No other line can start so, since lines start with their numbers.
  return `\n${output}`.split('\n# ').flatMap((passage) => {
    const end = passage.indexOf('\n');
    return end <= 0 ? [] : [{ path: passage.slice(0, end), text: passage.slice(end + 1) }];
  });
}

function toPath(given: ToolCallState['arguments']): string | null {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return null;
  return typeof given['path'] === 'string' ? given['path'].replace(/^(?:\.\/)+/, '') : null;
}
