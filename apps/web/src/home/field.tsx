import { type ReactNode, useId } from 'react';

export const inputLook =
  'w-full rounded-md border bg-background px-3 py-2 text-base placeholder:text-muted-foreground aria-invalid:border-bad';

/** The ids that tie an input to its label and its hint. */
export interface FieldIds {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
}

/** A label, an input, and below it a hint, or what is wrong. */
export function Field(props: {
  readonly label: string;
  readonly hint: string;
  readonly problem: string | null;
  readonly children: (ids: FieldIds) => ReactNode;
}): ReactNode {
  const { label, hint, problem, children } = props;
  const id = useId();
  const hintId = `${id}-hint`;
  return (
    <div className="space-y-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': hintId, 'aria-invalid': problem !== null })}
      <p
        id={hintId}
        role={problem === null ? undefined : 'alert'}
        className={`min-h-5 text-sm ${problem === null ? 'text-muted-foreground' : 'text-bad'}`}
      >
        {problem ?? hint}
      </p>
    </div>
  );
}
