import { type ReactNode, useId } from 'react';
import { Field, inputLook } from '../ui/field.tsx';

export interface Suggestion {
  readonly value: string;
  readonly title: string;
}

export function TargetField(props: {
  readonly label: string;
  readonly hint: string;
  readonly placeholder: string;
  readonly value: string;
  readonly suggestions: readonly Suggestion[];
  readonly problem: string | null;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const { label, hint, placeholder, value, suggestions, problem, onChange } = props;
  const listId = useId();
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(ties) => (
        <>
          <input
            {...ties}
            className={inputLook}
            value={value}
            list={listId}
            placeholder={placeholder}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            onChange={(event) => onChange(event.target.value)}
          />
          <datalist id={listId}>
            {suggestions.map((each) => (
              <option key={each.value} value={each.value}>
                {each.title}
              </option>
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
