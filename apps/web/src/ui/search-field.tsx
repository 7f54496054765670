import { type ReactNode, useId } from 'react';
import { inputLook } from './field.tsx';

/** A search over all rows of a list; the browser's own search finds only the rendered ones. */
export function SearchField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** The result as a sentence, announced politely. */
  readonly result: string;
}): ReactNode {
  const { label, value, onChange, result } = props;
  const id = useId();
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <input
        type="search"
        id={id}
        aria-label={label}
        aria-describedby={`${id}-result`}
        placeholder={label}
        maxLength={MAX_CHARS}
        className={`${inputLook} w-56 max-w-full py-1 text-sm`}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
      <output id={`${id}-result`} className="text-xs text-muted-foreground">
        {result}
      </output>
    </div>
  );
}

/** The limit of the server. */
const MAX_CHARS = 200;
