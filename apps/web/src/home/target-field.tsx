import { type ReactNode, useId } from 'react';
import { trpc } from '../connect.ts';
import type { Draft } from './draft.ts';
import { Field, inputLook } from './field.tsx';

export interface FieldsProps {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  readonly problem: string | null;
}

/** One field that understands every way to name an issue. */
export function TargetField({ draft, change, problem }: FieldsProps): ReactNode {
  const samples = trpc.samples.useQuery();
  const listId = useId();
  return (
    <>
      <Field label="Issue" hint="owner/repo#12, the URL of an issue, or a sample" problem={problem}>
        {(ties) => (
          <input
            {...ties}
            className={inputLook}
            value={draft.target}
            list={listId}
            placeholder="owner/repo#12"
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => change({ target: event.target.value })}
          />
        )}
      </Field>
      <datalist id={listId}>
        {samples.data?.map(({ name, title }) => (
          <option key={name} value={`sample:${name}`}>
            {title}
          </option>
        ))}
      </datalist>
      <details className="text-sm">
        <summary className="text-muted-foreground">Options</summary>
        <label className="mt-2 flex items-center gap-2">
          <input
            type="checkbox"
            className="accent-primary"
            checked={draft.post}
            onChange={(event) => change({ post: event.target.checked })}
          />
          Post the draft to GitHub as a comment (the server needs GITHUB_TOKEN)
        </label>
      </details>
    </>
  );
}
