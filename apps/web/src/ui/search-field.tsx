import { type ReactNode, useId } from 'react';
import { inputLook } from './field.tsx';

/**
 * Finds in all rows of a list. The browser's own search sees only those in the window, and this is what it cannot find the
 * others with.
 */
export function SearchField(props: {
  /** What is searched, such as `Find in events`. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** What came of it, as a sentence; read out politely. */
  readonly outcome: string;
}): ReactNode {
  const { label, value, onChange, outcome } = props;
  const id = useId();
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <input
        type="search"
        id={id}
        aria-label={label}
        aria-describedby={`${id}-outcome`}
        placeholder={label}
        maxLength={MAX_CHARS}
        className={`${inputLook} w-56 max-w-full py-1 text-sm`}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
      <output id={`${id}-outcome`} className="text-xs text-muted-foreground">
        {outcome}
      </output>
    </div>
  );
}

/** What the server takes, too. */
const MAX_CHARS = 200;
