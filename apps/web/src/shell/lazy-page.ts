import { type ComponentType, lazy } from 'react';

/** A part of the page did not come: the server is away, or it has a newer page by now. */
export class PartNotLoaded extends Error {
  override readonly name = 'PartNotLoaded';
}

/** A page that is loaded when it is first shown, or a moment before. */
export function lazyPage<Props>(load: () => Promise<ComponentType<Props>>) {
  let loading: Promise<{ default: ComponentType<Props> }> | undefined;
  const loadOnce = (): Promise<{ default: ComponentType<Props> }> =>
    (loading ??= load().then(
      (component) => ({ default: component }),
      (cause: unknown) => {
        loading = undefined;
        throw new PartNotLoaded('A part of the page could not be loaded.', { cause });
      },
    ));
  return {
    Page: lazy(loadOnce),
    /** Whatever goes wrong is told when the page is shown. */
    preload: (): void => void loadOnce().catch(() => {}),
  };
}
