import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import type { LinkSafetyModalProps } from 'streamdown';
import { Button } from '../ui/button.tsx';
import { Modal } from '../ui/modal.tsx';

/** Asks before it opens a link in a model's text, and shows the real target. */
export function ConfirmLink(props: LinkSafetyModalProps): ReactNode {
  // In the body, because a paragraph must not contain a dialog.
  return props.isOpen ? createPortal(<Question {...props} />, document.body) : null;
}

function Question({ url, onClose, onConfirm }: LinkSafetyModalProps): ReactNode {
  return (
    <Modal aria-labelledby="confirm-link" onClose={onClose} className="w-full max-w-md p-6">
      <h2 id="confirm-link" className="text-base font-semibold">
        Open this link?
      </h2>
      <p className="mt-2 text-sm text-muted-foreground">
        The model wrote this link. It leads to{' '}
        <strong className="text-foreground">{describeTarget(url)}</strong>:
      </p>
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
    </Modal>
  );
}

/** Names the real host, which an address may disguise: `https://github.com@other.example`. */
function describeTarget(address: string): string {
  const url = URL.parse(address, location.href);
  if (url === null) return 'an address that cannot be read';
  if (url.protocol === 'mailto:') return 'your mail program';
  return url.origin === location.origin ? 'this server' : url.host;
}
