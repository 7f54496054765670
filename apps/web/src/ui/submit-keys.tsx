import type { KeyboardEvent, ReactNode } from 'react';

/** Submits a form with Ctrl or ⌘ and Enter, from any of its fields. */
export function submitWithModifier(event: KeyboardEvent<HTMLFormElement>): void {
  if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
  event.preventDefault();
  event.stopPropagation();
  event.currentTarget.requestSubmit();
}

/** Says that `submitWithModifier` works. */
export function SubmitKeys(): ReactNode {
  return (
    <span className="hidden text-sm text-muted-foreground sm:inline">
      or press <kbd className="font-mono text-xs">Ctrl</kbd> or{' '}
      <kbd className="font-mono text-xs">⌘</kbd> and <kbd className="font-mono text-xs">Enter</kbd>
    </span>
  );
}
