import { type ReactNode, useState } from 'react';
import { formatCount } from '../format/numbers.ts';
import { isList, isRecord, previewJson } from './json.ts';
import { Summary } from './summary.tsx';

/** How many entries of a list or object are shown at first, and with each click on "Show more". */
const ENTRIES = 100;
/** How many characters of a text are shown at first, and with each click on "Show more". */
const CHARS = 1000;
const PREVIEW_CHARS = 80;

/**
 * A JSON value whose lists and objects unfold. Only what is unfolded is rendered, so its size does
 * not matter.
 */
export function JsonTree(props: {
  readonly value: unknown;
  /** What the value is, such as `state`. */
  readonly label: string;
  /** Whether it is unfolded at first. Default: false. */
  readonly isOpen?: boolean;
}): ReactNode {
  const { value, label, isOpen = false } = props;
  return (
    <div className="overflow-x-auto font-mono text-xs leading-6">
      <Node name={label} value={value} isOpen={isOpen} />
    </div>
  );
}

function Node(props: {
  readonly name: string;
  readonly value: unknown;
  readonly isOpen?: boolean;
}): ReactNode {
  const { name, value } = props;
  if ((isList(value) && value.length > 0) || (isRecord(value) && hasKeys(value))) {
    return <Branch name={name} value={value} isOpen={props.isOpen ?? false} />;
  }
  return (
    <div className="pl-5 break-words whitespace-pre-wrap">
      <Name name={name} />
      {typeof value === 'string' ? <Text text={value} /> : <Plain value={value} />}
    </div>
  );
}

function Branch(props: {
  readonly name: string;
  readonly value: readonly unknown[] | Readonly<Record<string, unknown>>;
  readonly isOpen: boolean;
}): ReactNode {
  const { name, value } = props;
  const [isOpen, setIsOpen] = useState(props.isOpen);
  return (
    <details open={isOpen} onToggle={({ currentTarget: { open } }) => setIsOpen(open)}>
      <Summary className="max-w-full min-w-0 text-foreground">
        <span className="min-w-0 truncate">
          <Name name={name} />
          <span className="text-muted-foreground">{isOpen ? sizeOf(value) : previewOf(value)}</span>
        </span>
      </Summary>
      {isOpen && <Children value={value} />}
    </details>
  );
}

function Children(props: {
  readonly value: readonly unknown[] | Readonly<Record<string, unknown>>;
}): ReactNode {
  const { value } = props;
  const [shown, setShown] = useState(ENTRIES);
  const entries = isList(value)
    ? value.slice(0, shown).map((item, index) => [String(index), item] as const)
    : Object.keys(value)
        .slice(0, shown)
        .map((key) => [key, value[key]] as const);
  const length = lengthOf(value);
  return (
    <ul className="ml-2 border-l pl-2">
      {entries.map(([key, item]) => (
        <li key={key}>
          <Node name={key} value={item} />
        </li>
      ))}
      {length > shown && (
        <li className="pl-5">
          <More onMore={() => setShown(shown + ENTRIES)}>
            Show more of {formatCount(length)} entries
          </More>
        </li>
      )}
    </ul>
  );
}

function Text({ text }: { readonly text: string }): ReactNode {
  const [shown, setShown] = useState(CHARS);
  const isCut = text.length > shown;
  return (
    <>
      <span className="text-good">{JSON.stringify(isCut ? `${text.slice(0, shown)}…` : text)}</span>
      {isCut && (
        <More onMore={() => setShown(shown * 4)}>
          Show more of {formatCount(text.length)} characters
        </More>
      )}
    </>
  );
}

function Plain({ value }: { readonly value: unknown }): ReactNode {
  return <span className="text-primary">{previewJson(value, PREVIEW_CHARS)}</span>;
}

function Name({ name }: { readonly name: string }): ReactNode {
  return <span className="font-medium">{name}: </span>;
}

function More(props: { readonly onMore: () => void; readonly children: ReactNode }): ReactNode {
  return (
    <button
      type="button"
      className="ml-2 font-sans text-muted-foreground underline underline-offset-2 hover:text-foreground"
      onClick={props.onMore}
    >
      {props.children}
    </button>
  );
}

function hasKeys(value: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(value).length > 0;
}

function lengthOf(value: readonly unknown[] | Readonly<Record<string, unknown>>): number {
  return isList(value) ? value.length : Object.keys(value).length;
}

function sizeOf(value: readonly unknown[] | Readonly<Record<string, unknown>>): string {
  const length = lengthOf(value);
  const what = isList(value) ? ['entry', 'entries'] : ['field', 'fields'];
  return `${formatCount(length)} ${length === 1 ? what[0] : what[1]}`;
}

function previewOf(value: unknown): string {
  return previewJson(value, PREVIEW_CHARS);
}
