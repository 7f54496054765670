import type { Usage } from '@runtape/events';

/** US dollars per million tokens. */
export interface Price {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
}

/** By model name. A dated name such as `gpt-4.1-2025-04-14` also finds the undated one. */
export type Prices = Readonly<Record<string, Price>>;

/** List prices without discounts for cached input: too high rather than too low. */
const LIST_PRICES: Prices = {
  'gpt-4.1': { inputPerMillion: 2, outputPerMillion: 8 },
  'gpt-4.1-mini': { inputPerMillion: 0.4, outputPerMillion: 1.6 },
  'gpt-4.1-nano': { inputPerMillion: 0.1, outputPerMillion: 0.4 },
  'gpt-4o': { inputPerMillion: 2.5, outputPerMillion: 10 },
  'gpt-4o-mini': { inputPerMillion: 0.15, outputPerMillion: 0.6 },
  'gpt-5': { inputPerMillion: 1.25, outputPerMillion: 10 },
  'gpt-5-mini': { inputPerMillion: 0.25, outputPerMillion: 2 },
  'gpt-5-nano': { inputPerMillion: 0.05, outputPerMillion: 0.4 },
  'o4-mini': { inputPerMillion: 1.1, outputPerMillion: 4.4 },
  'runtape-demo': { inputPerMillion: 0, outputPerMillion: 0 },
};

/**
 * Looks up a model's price.
 * @param overrides take precedence over the built-in prices.
 * @returns `undefined` when it is unknown.
 */
export function priceOf(model: string, overrides: Prices = {}): Price | undefined {
  const undated = model.replace(/-\d{4}-\d{2}-\d{2}$/, '');
  return [overrides, LIST_PRICES]
    .flatMap((table) => [model, undated].map((name) => lookUp(table, name)))
    .find((found) => found !== undefined);
}

/**
 * The cost of a usage.
 * @param price `undefined` when unknown.
 * @returns US dollars; `null` when usage or price is unknown.
 */
export function costOf(price: Price | undefined, usage: Usage | null): number | null {
  if (usage === null || price === undefined) return null;
  const { inputPerMillion, outputPerMillion } = price;
  return (usage.inputTokens * inputPerMillion + usage.outputTokens * outputPerMillion) / 1_000_000;
}

/** Model names are external input, so an inherited name such as `constructor` must not match. */
function lookUp(table: Prices, name: string): Price | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
