import { type Append, isEventLogError } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';

type Appended = Promise<{ tail: number }>;

/**
 * Appends that overlap go out one behind the other and arrive in order, but for the moment when a server has to be given
 * the script anew, or sends the client to another node: then one is held up and those behind it arrive before it, and are
 * refused for being ahead of the log. Nothing of such an append was stored, so it goes out again after the one it builds on.
 */
export class AppendsInOrder {
  /** By where they end. */
  readonly #underWay = new Map<string, Appended>();

  async run(workflowId: WorkflowId, append: Append, send: () => Appended): Appended {
    const builtOn = this.#underWay.get(`${workflowId} ${append.after}`);
    const appended = builtOn === undefined ? send() : sendBehind(builtOn, append, send);
    const end = `${workflowId} ${append.after + append.events.length}`;
    this.#underWay.set(end, appended);
    try {
      return await appended;
    } finally {
      if (this.#underWay.get(end) === appended) this.#underWay.delete(end);
    }
  }
}

async function sendBehind(builtOn: Appended, { after }: Append, send: () => Appended): Appended {
  try {
    return await send();
  } catch (error) {
    if (!isEventLogError(error, 'seq_conflict') || (error.tail ?? after) >= after) throw error;
    const isThereNow = await builtOn.then(
      () => true,
      () => false,
    );
    if (!isThereNow) throw error;
    return await send();
  }
}
