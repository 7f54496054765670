import { clsx } from 'clsx';
import { type ComponentProps, type ReactNode, useLayoutEffect, useRef } from 'react';

/** A modal dialog, open while it is rendered. */
export function Modal({
  className,
  ...props
}: ComponentProps<'dialog'> & {
  readonly 'aria-labelledby': string;
  /** Called when it is closed, for example with Escape. */
  readonly onClose: () => void;
}): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  // In a layout effect, because the browser restores the focus only while the dialog is in the
  // document.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={clsx(
        'm-auto rounded-xl border bg-card text-foreground backdrop:bg-black/40',
        className,
      )}
      {...props}
    />
  );
}
