import type { WorkflowId } from '@runtape/events';
import { base64url } from 'jose';

/** Distinguishes these signatures from others that are made with the same secret. */
const PURPOSE = 'runtape-share-cookie';
const SECOND_MS = 1000;
const VALUE = /^([0-9a-z]{1,9})\.([\w-]{43})$/;
const encoder = new TextEncoder();

/**
 * Makes and checks the cookie values of share links: the expiry and a signature. They are a third
 * as long as the tokens, so that dozens fit into a request.
 */
export class ShareSeal {
  readonly #key: Promise<CryptoKey>;

  constructor(secret: Uint8Array<ArrayBuffer>) {
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    this.#key = crypto.subtle.importKey('raw', secret, hmac, false, ['sign', 'verify']);
    // Reported where the key is used.
    this.#key.catch(() => {});
  }

  /** @param expiresAt in ms since 1970, a whole second */
  async seal(workflowId: WorkflowId, expiresAt: number): Promise<string> {
    const seconds = (expiresAt / SECOND_MS).toString(36);
    const signature = await crypto.subtle.sign(
      'HMAC',
      await this.#key,
      signed(workflowId, seconds),
    );
    return `${seconds}.${base64url.encode(new Uint8Array(signature))}`;
  }

  /**
   * @returns when it expires, in ms since 1970; `null` if `seal` did not make it for the workflow
   */
  async open(workflowId: WorkflowId, value: string): Promise<number | null> {
    const [, seconds, signature] = VALUE.exec(value) ?? [];
    if (seconds === undefined || signature === undefined) return null;
    const bytes = Uint8Array.from(base64url.decode(signature));
    const data = signed(workflowId, seconds);
    const isValid = await crypto.subtle.verify('HMAC', await this.#key, bytes, data);
    return isValid ? Number.parseInt(seconds, 36) * SECOND_MS : null;
  }
}

function signed(workflowId: WorkflowId, seconds: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${PURPOSE}\n${workflowId}\n${seconds}`);
}
