import type { CustomEvent, EventId, OwnState } from '@runtape/events';
import { JsonInspector, NotJson } from './json-inspector.ts';
import type { StateContract } from './state-contract.ts';

/** The limit for the size of a state, in characters of JSON, about. */
export const MAX_STATE_CHARS = 500_000;

/** Why a state goes no further, with the error behind it, which people do not see. */
export interface StateFailure {
  readonly code: 'reducer_failed' | 'state_too_large';
  readonly message: string;
  readonly cause?: unknown;
}

/** Calls the reducer of one workflow so that its mistakes end the state, and nothing else. */
export class OwnReducer {
  readonly #contract: StateContract;
  readonly #onFailure: (failure: StateFailure) => void;
  readonly #inspector: JsonInspector = new JsonInspector();
  /** The event of the last reported failure; several states may fail at one event. */
  #reported: EventId | undefined;

  constructor(contract: StateContract, onFailure: (failure: StateFailure) => void) {
    this.#contract = contract;
    this.#onFailure = onFailure;
  }

  /** Returns the state before the first own event. @param id the event that begins the workflow. */
  initial(id: EventId): OwnState {
    const { name, state } = this.#contract;
    return this.#accept(state, { value: null, error: null }, { id, what: `The state of ${name}` });
  }

  /**
   * Returns the next state. A state with an error stays: it is not computed from some events
   * without others.
   */
  apply(state: OwnState, { id, type, data, timestamp }: CustomEvent): OwnState {
    if (state.error !== null) return state;
    const { name } = this.#contract;
    let next: unknown;
    try {
      // Frozen, so that a reducer that changes what it is given fails, and changes nothing.
      this.#inspector.inspect(state.value);
      this.#inspector.inspect(data);
      next = this.#contract.reduce?.(state.value, Object.freeze({ type, data, timestamp }));
    } catch (cause) {
      const message = `The reducer of ${name} failed at an event "${type}".`;
      return this.#fail(state, id, { code: 'reducer_failed', message, cause });
    }
    const what = `The state that the reducer of ${name} returned at an event "${type}"`;
    return next === state.value ? state : this.#accept(next, state, { id, what });
  }

  /** Ends a state that would need more events of a step than a snapshot can hold. */
  failOfStep(state: OwnState, id: EventId, step: string): OwnState {
    if (state.error !== null) return state;
    const message = `The step "${step}" of ${this.#contract.name} emitted more events beside other steps than a snapshot can hold.`;
    return this.#fail(state, id, { code: 'state_too_large', message });
  }

  #accept(
    next: unknown,
    before: OwnState,
    { id, what }: { readonly id: EventId; readonly what: string },
  ): OwnState {
    try {
      this.#inspector.inspect(next, before.value);
    } catch (cause) {
      // Any other error comes from a getter, or from a proxy.
      const why = cause instanceof NotJson ? `is not JSON: ${cause.message}` : 'cannot be read';
      return this.#fail(before, id, { code: 'reducer_failed', message: `${what} ${why}.`, cause });
    }
    if (this.#inspector.measure(next) <= MAX_STATE_CHARS) return { value: next, error: null };
    const message = `${what} is larger than ${MAX_STATE_CHARS.toLocaleString('en')} characters.`;
    return this.#fail(before, id, { code: 'state_too_large', message });
  }

  #fail({ value }: OwnState, id: EventId, failure: StateFailure): OwnState {
    if (this.#reported !== id) this.#onFailure(failure);
    this.#reported = id;
    const { code, message } = failure;
    return { value, error: { code, message, id } };
  }
}
