import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';

export const inputLook =
  'w-full rounded-md border bg-background px-3 py-2 text-base placeholder:text-muted-foreground aria-invalid:border-bad';

/** What ties an input to its label, its hint and its form. */
export interface FieldTies {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
  readonly onKeyDown: (event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) => void;
}

/** A label, an input, and below it a hint, or what is wrong; then the input has the focus. */
export function Field(props: {
  readonly label: string;
  readonly hint: string;
  readonly problem: string | null;
  readonly children: (ties: FieldTies) => ReactNode;
}): ReactNode {
  const { label, hint, problem, children } = props;
  const id = useId();
  const hintId = `${id}-hint`;
  const field = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (problem !== null) field.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [problem]);
  return (
    <div ref={field} className="space-y-1.5">
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': hintId,
        'aria-invalid': problem !== null,
        onKeyDown: submitWithModifier,
      })}
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

function submitWithModifier(event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
  event.preventDefault();
  event.currentTarget.form?.requestSubmit();
}
