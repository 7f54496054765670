import { act, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { vi } from 'vitest';

export interface Rendered extends AsyncDisposable {
  readonly container: HTMLElement;
  show(children: ReactNode): Promise<void>;
}

/** Renders into the page until it is disposed. */
export async function render(children: ReactNode): Promise<Rendered> {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  const container = document.body.appendChild(document.createElement('div'));
  const root = createRoot(container);
  const show = (content: ReactNode): Promise<void> => act(async () => root.render(content));
  await show(children);
  return {
    container,
    show,
    [Symbol.asyncDispose]: async () => {
      await act(async () => root.unmount());
      container.remove();
      vi.unstubAllGlobals();
    },
  };
}
