import { type ComponentProps, type ReactNode, useEffect, useId, useRef } from 'react';

export const inputLook = 'input-box';

/** The attributes that connect an input to its label and hint. */
export interface FieldAttributes {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with the input; `null` when it is valid. */
  readonly problem?: string | null;
  /** Whether a problem focuses the input. Default: true. */
  readonly takesFocus?: boolean;
  readonly className?: string;
}

/** An input with its label and a hint or problem. */
export function Field(
  props: FieldProps & { readonly children: (attributes: FieldAttributes) => ReactNode },
): ReactNode {
  const { label, hint = '', problem = null, takesFocus = true, className = '', children } = props;
  const id = useId();
  const hintId = `${id}-hint`;
  const field = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (problem !== null && takesFocus)
      field.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [problem, takesFocus]);
  return (
    <div ref={field} className={`space-y-1.5 ${className}`}>
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': hintId, 'aria-invalid': problem !== null })}
      <p
        hidden={hint === '' && problem === null}
        id={hintId}
        role={problem === null || !takesFocus ? undefined : 'alert'}
        className={`min-h-5 text-sm ${problem === null ? 'text-muted-foreground' : 'text-bad'}`}
      >
        {problem ?? hint}
      </p>
    </div>
  );
}

interface TextFieldProps
  extends
    Omit<FieldProps, 'className' | 'takesFocus'>,
    Pick<
      ComponentProps<'input'>,
      | 'type'
      | 'list'
      | 'inputMode'
      | 'placeholder'
      | 'autoCapitalize'
      | 'autoComplete'
      | 'spellCheck'
    > {
  readonly value: string;
  /** Default: `text-sm`. */
  readonly look?: string;
  readonly onText: (text: string) => void;
}

/** A labelled text input of one line. */
export function TextField(props: TextFieldProps): ReactNode {
  const { label, hint, problem, look = 'text-sm', onText, ...input } = props;
  return (
    <Field label={label} {...(hint !== undefined && { hint })} problem={problem ?? null}>
      {(attributes) => (
        <input
          autoComplete="off"
          {...attributes}
          {...input}
          className={`${inputLook} ${look}`}
          onChange={({ target }) => onText(target.value)}
        />
      )}
    </Field>
  );
}
