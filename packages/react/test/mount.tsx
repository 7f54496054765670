import type { AnyRuntapeClient, StreamProblem } from '@runtape/client';
import { act, type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { vi } from 'vitest';
import { RuntapeProvider } from '../src/index.ts';

export interface Mounted {
  readonly container: HTMLElement;
  readonly text: string;
  show(children: ReactNode): Promise<void>;
  unmount(): Promise<void>;
}

/** Renders below a provider. */
export async function mount(
  client: AnyRuntapeClient,
  children: ReactNode,
  options: {
    readonly strict?: boolean;
    readonly onProblem?: (problem: StreamProblem) => void;
  } = {},
): Promise<Mounted> {
  const { strict = false, ...rest } = options;
  const container = document.body.appendChild(document.createElement('div'));
  const root = createRoot(container);
  const show = (shown: ReactNode): Promise<void> => {
    const page = (
      <RuntapeProvider client={client} {...rest}>
        {shown}
      </RuntapeProvider>
    );
    return act(async () => root.render(strict ? <StrictMode>{page}</StrictMode> : page));
  };
  await show(children);
  return {
    container,
    get text() {
      return container.textContent;
    },
    show,
    unmount: async () => {
      await act(async () => root.unmount());
      container.remove();
    },
  };
}

/** Fakes timers and animation frames, and declares that updates of React are wrapped in `act`. */
export function holdTime(): void {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.useFakeTimers({
    toFake: [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'requestAnimationFrame',
      'cancelAnimationFrame',
    ],
  });
}

export function releaseTime(): void {
  vi.useRealTimers();
  vi.unstubAllGlobals();
}

/** Runs the next animation frame and renders. */
export function frame(): Promise<void> {
  return act(async () => {
    vi.advanceTimersToNextFrame();
  });
}
