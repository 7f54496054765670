import { Watchers } from '@runtape/event-log';
import { describe, expect, test, vi } from 'vitest';

type Listener = (text: string) => void;

function listener() {
  return vi.fn<Listener>();
}

describe('watchers', () => {
  test('A13: a key is dropped with its last listener, and its owner is notified once', () => {
    const onEmpty = vi.fn<(key: string) => void>();
    const watchers = new Watchers<Listener>({ onEmpty });
    const [first, second] = [new AbortController(), new AbortController()];
    watchers.add('a', listener(), first.signal);
    watchers.add('a', listener(), second.signal);
    watchers.add('b', listener(), second.signal);
    first.abort();
    expect(watchers.keys()).toEqual(['a', 'b']);
    expect(onEmpty).not.toHaveBeenCalled();
    second.abort();
    expect(watchers.isEmpty).toBe(true);
    expect(watchers.has('a')).toBe(false);
    expect(onEmpty.mock.calls).toEqual([['a'], ['b']]);
  });

  test('a listener that removes another during a notification keeps it from being notified', () => {
    const watchers = new Watchers<Listener>();
    const leaving = new AbortController();
    const last = listener();
    watchers.add('a', () => leaving.abort(), new AbortController().signal);
    watchers.add('a', last, leaving.signal);
    watchers.notify('a', (hear) => hear('news'));
    expect(last).not.toHaveBeenCalled();
  });

  test('a listener that is added during a notification is notified from the next one on', () => {
    const watchers = new Watchers<Listener>();
    const { signal } = new AbortController();
    const late = listener();
    const join = vi.fn<Listener>().mockImplementationOnce(() => watchers.add('a', late, signal));
    watchers.add('a', join, signal);
    watchers.notify('a', (hear) => hear('first'));
    watchers.notify('a', (hear) => hear('second'));
    expect(late.mock.calls).toEqual([['second']]);
  });

  test('the same listener may be added twice, and each removal removes one', () => {
    const watchers = new Watchers<Listener>();
    const [first, second] = [new AbortController(), new AbortController()];
    const twice = listener();
    watchers.add('a', twice, first.signal);
    watchers.add('a', twice, second.signal);
    first.abort();
    watchers.notify('a', (hear) => hear('news'));
    expect(twice).toHaveBeenCalledTimes(1);
  });

  test('E10: a listener that throws is reported, and the others are still notified', () => {
    const onError = vi.fn<(error: unknown) => void>();
    const watchers = new Watchers<Listener>({ onError });
    const { signal } = new AbortController();
    const mistake = new Error('a broken listener');
    const after = listener();
    const broken = () => {
      throw mistake;
    };
    watchers.add('a', broken, signal);
    watchers.add('a', after, signal);
    watchers.notify('a', (hear) => hear('news'));
    expect(after.mock.calls).toEqual([['news']]);
    expect(onError.mock.calls).toEqual([[mistake]]);
  });

  test('A13: closing leaves no listener on any signal', () => {
    const watchers = new Watchers<Listener>();
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');
    const added = vi.spyOn(signal, 'addEventListener');
    for (const key of ['a', 'a', 'b']) watchers.add(key, listener(), signal);
    watchers.close();
    expect(watchers.isEmpty).toBe(true);
    expect(removed.mock.calls.map(([, ended]) => ended)).toEqual(
      added.mock.calls.map(([, ended]) => ended),
    );
  });
});
