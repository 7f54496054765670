import { withTimeout } from '@runtape/async';

/**
 * Whether what is said on a BroadcastChannel is heard on another one of the same name, within so many ms. It is not where a browser refuses them
 * to the page, or an extension has put something else in their place.
 */
export async function carriesMessages(
  Channel: typeof globalThis.BroadcastChannel,
  name: string,
  withinMs: number,
): Promise<boolean> {
  const channels: BroadcastChannel[] = [];
  try {
    const open = (): BroadcastChannel => {
      const channel = new Channel(name);
      channels.push(channel);
      return channel;
    };
    const hearing = open();
    const heard = Promise.withResolvers<boolean>();
    hearing.addEventListener('message', () => heard.resolve(true), { once: true });
    open().postMessage('Is anybody there?');
    return await withTimeout(heard.promise, withinMs, () => false);
  } catch {
    return false;
  } finally {
    for (const channel of channels) channel.close();
  }
}
