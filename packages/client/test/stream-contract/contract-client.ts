import type { Asked, Heard } from './stream-client.ts';

/** Somebody at one place, such as a page, who reads streams of one server. */
export interface ContractClient extends AsyncDisposable {
  /** From now on every request comes from this user. */
  signIn(token: string): Promise<void>;
  open(asked: Asked): Promise<OpenStream>;
}

export interface OpenStream {
  /** Everything it heard so far. */
  readonly heard: readonly Heard[];
  /** Reads no more of it. */
  leave(): Promise<void>;
}

/** @param url of the server. */
export type OpenClient = (url: string) => Promise<ContractClient>;
