import type { ReactNode } from 'react';
import { Field, inputLook } from './field.tsx';
import type { FieldsProps } from './target-field.tsx';

/** An issue pasted as text, and a folder on the server's machine. */
export function LocalFields({ draft, change, problem }: FieldsProps): ReactNode {
  const missingIssue = draft.issue.trim() === '';
  return (
    <>
      <Field
        label="Issue"
        hint="Markdown; its first line is the title"
        problem={missingIssue ? problem : null}
      >
        {(ties) => (
          <textarea
            {...ties}
            className={`${inputLook} min-h-32 font-mono text-sm`}
            value={draft.issue}
            onChange={(event) => change({ issue: event.target.value })}
          />
        )}
      </Field>
      <Field
        label="Folder"
        hint="An absolute path on the machine where the server runs"
        problem={missingIssue ? null : problem}
      >
        {(ties) => (
          <input
            {...ties}
            className={`${inputLook} font-mono text-sm`}
            value={draft.path}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => change({ path: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}
