import { MAX_QUESTION_CHARS } from '@runtape/github-workflows/contract';
import type { ReactNode } from 'react';
import { Field, inputLook } from '../ui/field.tsx';
import { useFeatures } from '../session/permissions.ts';
import type { FieldsProps } from './issue-fields.tsx';
import { TargetField } from './target-field.tsx';

const suggestions = [{ value: 'sample', title: 'Runtape’s own code' }];

export function QuestionFields({ draft, change, problemOf }: FieldsProps): ReactNode {
  const allowsFolders = useFeatures()?.folders !== false;
  return (
    <>
      <Field
        label="Question"
        hint="The answer cites the files and lines it is based on"
        problem={problemOf('question')}
      >
        {(attributes) => (
          <textarea
            {...attributes}
            rows={2}
            maxLength={MAX_QUESTION_CHARS}
            className={`${inputLook} field-sizing-content max-h-60`}
            value={draft.question}
            onChange={(event) => change({ question: event.target.value })}
          />
        )}
      </Field>
      <TargetField
        label="Repository"
        hint={`owner/repo${allowsFolders ? ' or the path of a folder' : ''}. If empty: Runtape’s own code`}
        placeholder="Runtape’s own code"
        value={draft.repository}
        suggestions={suggestions}
        problem={problemOf('repository')}
        onText={(repository) => change({ repository })}
      />
    </>
  );
}
