import { type ReactNode, useEffect, useId, useRef } from 'react';

export const inputLook = 'input-box';

/** The attributes that connect an input to its label and hint. */
export interface FieldTies {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
}

/** An input with its label and a hint or problem. A problem focuses the input. */
export function Field(props: {
  readonly label: string;
  readonly hint: string;
  readonly problem: string | null;
  readonly className?: string;
  readonly children: (ties: FieldTies) => ReactNode;
}): ReactNode {
  const { label, hint, problem, className = '', children } = props;
  const id = useId();
  const hintId = `${id}-hint`;
  const field = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (problem !== null) field.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [problem]);
  return (
    <div ref={field} className={`space-y-1.5 ${className}`}>
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': hintId, 'aria-invalid': problem !== null })}
      <p
        hidden={hint === '' && problem === null}
        id={hintId}
        role={problem === null ? undefined : 'alert'}
        className={`min-h-5 text-sm ${problem === null ? 'text-muted-foreground' : 'text-bad'}`}
      >
        {problem ?? hint}
      </p>
    </div>
  );
}
