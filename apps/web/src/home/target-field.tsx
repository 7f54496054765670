import { type ReactNode, useId } from 'react';
import { TextField } from '../ui/field.tsx';

/** A text input with suggestions. */
export function TargetField(props: {
  readonly label: string;
  readonly hint: string;
  readonly placeholder: string;
  readonly value: string;
  readonly suggestions: readonly { readonly value: string; readonly title: string }[];
  readonly problem: string | null;
  readonly onText: (value: string) => void;
}): ReactNode {
  const { suggestions, ...field } = props;
  const listId = useId();
  return (
    <>
      <TextField {...field} look="" list={listId} autoCapitalize="off" spellCheck={false} />
      <datalist id={listId}>
        {suggestions.map((each) => (
          <option key={each.value} value={each.value}>
            {each.title}
          </option>
        ))}
      </datalist>
    </>
  );
}
