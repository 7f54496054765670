import type { ReactNode } from 'react';
import { trpc } from '../connect.ts';
import type { Draft } from './draft.ts';
import { useFeatures } from '../session/permissions.ts';
import { Field, inputLook } from '../ui/field.tsx';
import { isFolder } from './read-target.ts';
import { TargetField } from './target-field.tsx';

export interface FieldsProps {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  /** Returns what is wrong with a field; `null` when it is valid. */
  readonly problemOf: (field: string) => string | null;
}

export function IssueFields({ draft, change, problemOf }: FieldsProps): ReactNode {
  const samples = trpc.samples.useQuery();
  const allowsFolders = useFeatures()?.folders !== false;
  const suggestions = (samples.data ?? []).map(({ name, title }) => ({
    value: `sample:${name}`,
    title,
  }));
  return (
    <>
      <TargetField
        label="Issue"
        hint={
          allowsFolders
            ? 'owner/repo#12, the URL of an issue, a sample, or the path of a folder with your code'
            : 'owner/repo#12, the URL of an issue, or a sample'
        }
        placeholder="owner/repo#12"
        value={draft.target}
        suggestions={suggestions}
        problem={problemOf('target')}
        onText={(target) => change({ target })}
      />
      {isFolder(draft.target) && (
        <Field
          label="Issue text"
          hint="Markdown. The first line is the title"
          problem={problemOf('issue')}
        >
          {(attributes) => (
            <textarea
              {...attributes}
              className={`${inputLook} min-h-32 font-mono text-sm`}
              value={draft.issue}
              onChange={(event) => change({ issue: event.target.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}
