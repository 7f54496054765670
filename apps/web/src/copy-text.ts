import { toast } from 'sonner';

/** Copying failed; the message says what to do instead. */
class CopyFailed extends Error {
  override readonly name = 'CopyFailed';
}

/**
 * Copies a text; must be called from a click. Over plain HTTP, where browsers have no Clipboard
 * API, it uses the older command.
 * @throws CopyFailed
 */
export async function copyText(text: string): Promise<void> {
  // Undefined in insecure contexts, unlike its type.
  const clipboard: Clipboard | undefined = navigator.clipboard;
  const isCopied = await clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  if (isCopied || copyByCommand(text)) return;
  throw new CopyFailed(
    isSecureContext
      ? 'Allow this page to use the clipboard, or select the text and copy it with the keyboard.'
      : 'Without HTTPS this browser does not let a page copy. Select the text and copy it with the keyboard.',
  );
}

function copyByCommand(text: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.setAttribute('aria-hidden', 'true');
  field.className = 'fixed top-0 opacity-0';
  // With a modal dialog open, nothing outside it can be selected.
  (focused?.closest('dialog') ?? document.body).append(field);
  try {
    field.select();
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }
}

/**
 * Copies a text and shows the result; must be called from a click.
 * @param description a second line.
 */
export function copyWithToast(text: string, title: string, description?: string): void {
  copyText(text).then(
    () => toast.success(title, { description }),
    (error: Error) => toast.error('Copying failed', { description: error.message }),
  );
}
