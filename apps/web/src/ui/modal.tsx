import { type ComponentProps, type ReactNode, useLayoutEffect, useRef } from 'react';
import { cn } from './class-names.ts';

/** A dialog above the page, for as long as it is rendered. Afterwards the focus is back where it was. */
export function Modal({
  className,
  ...props
}: ComponentProps<'dialog'> & {
  readonly 'aria-labelledby': string;
  /** It was closed, as by Escape. */
  readonly onClose: () => void;
}): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  // Not in an effect: the browser gives the focus back only when the dialog is closed while it is still in the document.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={cn(
        'm-auto rounded-xl border bg-card text-foreground backdrop:bg-black/40',
        className,
      )}
      {...props}
    />
  );
}
