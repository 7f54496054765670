import { type ComponentType, lazy, type ReactNode, Suspense, useEffect } from 'react';
import type { TapeProps } from '../tape/tape.tsx';
import { NOW } from './moment.ts';

// The page can be read without the tape, so its code is loaded later.
const Tape = lazy(async () => ({ default: await loadTape() }));

async function loadTape(): Promise<ComponentType<TapeProps>> {
  try {
    const { Tape: component } = await import('../tape/tape.tsx');
    return component;
  } catch {
    // For example after a server update.
    return NoTape;
  }
}

/** The bar at the bottom of the window. Its height does not depend on its content. */
export function TapeDock(props: TapeProps): ReactNode {
  return (
    <section
      aria-label="Workflow tape"
      data-tape-dock=""
      className="sticky bottom-0 z-10 -mx-4 mt-auto -mb-6 h-40 border-t bg-card px-2 pt-1.5 shadow-[0_-8px_24px_-16px_rgb(0_0_0/0.25)] sm:mx-0 sm:h-35 sm:rounded-t-xl sm:border-x"
    >
      <Suspense fallback={null}>
        <Tape {...props} />
      </Suspense>
    </section>
  );
}

function NoTape({ onMoment }: TapeProps): ReactNode {
  useEffect(() => onMoment(NOW, () => {}), [onMoment]);
  return (
    <p className="grid h-full place-items-center text-sm text-muted-foreground">
      The tape could not be loaded. Reload the page to see it.
    </p>
  );
}
