import { act } from 'react';
import { expect, test } from 'vitest';
import { Modal } from '../src/ui/modal.tsx';
import { render } from './render.tsx';

/**
 * happy-dom does not restore the focus. A browser does, but only for a dialog that is still in the
 * document when it closes.
 */
test('E8: a dialog is closed while it is still in the document, so that the focus returns', async () => {
  await using at = await render(
    <Modal aria-labelledby="title" onClose={() => {}}>
      <h2 id="title">Question</h2>
    </Modal>,
  );
  const dialog = document.querySelector('dialog');
  expect(dialog?.open).toBe(true);
  const closedIn: (boolean | undefined)[] = [];
  const close = dialog?.close.bind(dialog);
  Object.assign(dialog ?? {}, {
    close: () => {
      closedIn.push(dialog?.isConnected);
      close?.();
    },
  });
  await act(async () => at.show(null));
  expect(closedIn).toEqual([true]);
});
