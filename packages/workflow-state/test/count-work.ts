/** The cost of a function as counts, so that a test needs no clock. */
export interface Work {
  /** The number of properties and array elements read from the value, at any depth. */
  readonly reads: number;
  /** The total length of the strings whose methods were called: each call may read all of it. */
  readonly chars: number;
}

/** Counts the work that a function does with a value. */
export function countWork<Given extends object>(
  given: Given,
  work: (given: Given) => unknown,
): Work {
  let reads = 0;
  const watched = watch(given, () => {
    reads += 1;
  });
  const chars = countChars(() => work(watched));
  return { reads, chars };
}

function watch<Target extends object>(target: Target, onRead: () => void): Target {
  return new Proxy(target, {
    get(of, key, receiver) {
      onRead();
      const value: unknown = Reflect.get(of, key, receiver);
      return typeof value === 'object' && value !== null ? watch(value, onRead) : value;
    },
  });
}

/** Wraps every method of strings while the function runs. */
function countChars(run: () => void): number {
  let chars = 0;
  const methods = Reflect.ownKeys(String.prototype).flatMap((key) => {
    const descriptor = Object.getOwnPropertyDescriptor(String.prototype, key);
    return key === 'constructor' || descriptor === undefined ? [] : [{ key, descriptor }];
  });
  for (const { key, descriptor } of methods) {
    const method: unknown = descriptor.value;
    if (typeof method !== 'function') continue;
    const counted = function counted(this: string, ...given: unknown[]): unknown {
      chars += this.length;
      return Reflect.apply(method, this, given);
    };
    put(key, { ...descriptor, value: counted });
  }
  try {
    run();
  } finally {
    for (const { key, descriptor } of methods) put(key, descriptor);
  }
  return chars;
}

function put(key: string | symbol, method: PropertyDescriptor): void {
  // oxlint-disable-next-line no-extend-native -- Only in a test, and only while it counts.
  Object.defineProperty(String.prototype, key, method);
}
