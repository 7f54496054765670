import { type ComponentType, lazy } from 'react';

/** The code of a page could not be loaded: the server is unavailable, or has a newer page. */
export class ChunkLoadError extends Error {
  override readonly name = 'ChunkLoadError';
}

/** A page whose code is loaded when it is shown, or preloaded. */
export function lazyPage<Props>(load: () => Promise<ComponentType<Props>>) {
  let loading: Promise<{ default: ComponentType<Props> }> | undefined;
  const loadOnce = (): Promise<{ default: ComponentType<Props> }> =>
    (loading ??= load().then(
      (component) => ({ default: component }),
      (cause: unknown) => {
        loading = undefined;
        throw new ChunkLoadError('A part of the page could not be loaded.', { cause });
      },
    ));
  return {
    Page: lazy(loadOnce),
    /** Errors are reported when the page is shown. */
    preload: (): void => void loadOnce().catch(() => {}),
  };
}
