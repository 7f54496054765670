import { type ReactNode, useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import type { LinkSafetyModalProps } from 'streamdown';
import { Button } from '../ui/button.tsx';

/** Asks before a link out of a model's text is opened, and shows where it really leads. */
export function LinkQuestion(props: LinkSafetyModalProps): ReactNode {
  // Beside the text: a paragraph must not hold a dialog.
  return props.isOpen ? createPortal(<Question {...props} />, document.body) : null;
}

function Question({ url, onClose, onConfirm }: LinkSafetyModalProps): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="link-question"
      onClose={onClose}
      className="m-auto w-full max-w-md rounded-xl border bg-card p-6 text-foreground backdrop:bg-black/40"
    >
      <h2 id="link-question" className="text-base font-semibold">
        Open this link?
      </h2>
      <p className="mt-2 text-sm text-muted-foreground">The model wrote it. It leads to:</p>
      <p className="mt-2 rounded-md bg-muted p-2 font-mono text-xs break-all">{url}</p>
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>Stay here</Button>
        <Button
          kind="primary"
          onClick={() => {
            onConfirm();
            onClose();
          }}
        >
          Open in a new tab
        </Button>
      </div>
    </dialog>
  );
}
