import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { ApiError } from '../errors/api-error.ts';
import { RateLimit } from '../limits/rate-limit.ts';

const SECOND_MS = 1000;
const TIMEOUT_MS = 5 * SECOND_MS;
/** How long keys are valid before they are fetched again, in ms: the delay of a revocation. */
const FRESH_MS = 10 * 60 * SECOND_MS;
/** How long keys stay valid while the provider does not respond, in ms. */
const MAX_STALE_MS = 24 * 60 * 60 * SECOND_MS;
/** Limited, because anyone can send tokens that name unknown keys. */
const FETCHES_PER_MINUTE = 12;
const MAX_BYTES = 1024 * 1024;

export interface ProviderKeysOptions {
  /** The URL of the keys, a JWK Set (RFC 7517). */
  readonly url: URL;
  /** In ms since 1970. */
  readonly now: () => number;
  /** Called with the reason if the keys cannot be fetched. Default: no call. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Each key is checked when it is used. */
const keysSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

interface KnownKeys {
  readonly find: JWTVerifyGetKey;
  readonly at: number;
}

/**
 * The signing keys of an identity provider. They are fetched periodically and whenever a token
 * needs an unknown one, so that a provider can change them at any time. While the provider is
 * unavailable, the known keys remain valid.
 */
export class ProviderKeys {
  readonly #options: ProviderKeysOptions;
  readonly #fetches: RateLimit;
  #known: KnownKeys | null = null;
  #fetching: Promise<boolean> | null = null;
  #isAway = false;

  constructor(options: ProviderKeysOptions) {
    this.#options = options;
    this.#fetches = new RateLimit({ perMinute: FETCHES_PER_MINUTE });
  }

  /**
   * Finds the key that a token was signed with, for `jwtVerify` of jose.
   * @throws ApiError `identity_provider_unavailable` when the keys cannot be fetched; an error of
   *   jose when the provider has no such key.
   */
  readonly get: JWTVerifyGetKey = async (header, token) => {
    if (!this.#isFresh(FRESH_MS)) await this.#renew();
    if (this.#known === null) throw this.#unavailable();
    try {
      return await this.#known.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    if (!(await this.#fetch())) throw this.#unavailable();
    return await this.#known.find(header, token);
  };

  /** Does not wait for a provider that has just failed to respond. */
  async #renew(): Promise<void> {
    const fetching = this.#fetch();
    if (this.#known === null || !this.#isAway) await fetching;
    if (!this.#isFresh(MAX_STALE_MS)) this.#known = null;
  }

  #isFresh(forMs: number): boolean {
    if (this.#known === null) return false;
    const age = this.#options.now() - this.#known.at;
    return age >= 0 && age < forMs;
  }

  /** @returns whether the provider has responded. Never rejects. */
  #fetch(): Promise<boolean> {
    if (this.#fetching !== null) return this.#fetching;
    if (this.#fetches.take('') > 0) return Promise.resolve(false);
    const fetching = this.#fetchNow().finally(() => {
      this.#fetching = null;
    });
    this.#fetching = fetching;
    return fetching;
  }

  async #fetchNow(): Promise<boolean> {
    const { url, now, onError } = this.#options;
    try {
      const response = await fetch(url, {
        headers: { Accept: 'application/json, application/jwk-set+json' },
        // The target of a redirect could supply its own keys.
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) throw new Error(`It answered with ${response.status}.`);
      const keys = keysSchema.parse(JSON.parse(await readText(response)));
      this.#known = { find: createLocalJWKSet(keys), at: now() };
      this.#isAway = false;
      return true;
    } catch (cause) {
      this.#isAway = true;
      onError?.(new Error(`The keys at ${url.origin}${url.pathname} cannot be had.`, { cause }));
      return false;
    }
  }

  #unavailable(): ApiError {
    return new ApiError(
      'identity_provider_unavailable',
      'The identity provider does not answer right now, so nobody can tell whose token this is. Try again in a moment.',
      { retryAfterSeconds: TIMEOUT_MS / SECOND_MS },
    );
  }
}

async function readText({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_BYTES) throw new Error('Its keys are larger than 1 MB.');
  }
  return text + decoder.decode();
}
