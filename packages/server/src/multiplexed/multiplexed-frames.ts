import type { ApiError } from '../errors/api-error.ts';
import type { SubscriptionName } from './multiplexed-stream.ts';
import { type ThreadItem, toErrorBody } from '../threads/thread-item.ts';
import type { JsonEncoder } from '../broadcast/json-encoder.ts';

/* The frames of `POST /api/events`: each names its workflow, or the subscription of its thread. */

const encoder = new TextEncoder();

/** @param workflowId as the client requested it. */
export function endedFrame(workflowId: string): Uint8Array {
  return encoder.encode(frame('ended', JSON.stringify({ workflowId })));
}

export function refusedFrame(name: SubscriptionName, error: ApiError): Uint8Array {
  return encoder.encode(frame('refused', JSON.stringify({ ...name, error: toErrorBody(error) })));
}

export function threadFrames(
  subscription: string,
  items: readonly ThreadItem[],
  json: JsonEncoder,
): Uint8Array {
  return encoder.encode(items.map((item) => threadFrame(subscription, item, json)).join(''));
}

function threadFrame(subscription: string, item: ThreadItem, json: JsonEncoder): string {
  const { workflowId, cursor } = item;
  if (item.kind === 'failure') {
    const error = toErrorBody(item.error);
    return frame('refused', JSON.stringify({ subscription, workflowId, error }));
  }
  // The substream that all readers of the event share is serialized once.
  const own = JSON.stringify({ subscription, cursor }).slice(0, -1);
  return frame('message', `${own},${json.of(workflowId, item.id, item.message).slice(1)}`);
}

function frame(event: string, data: string): string {
  return `event: ${event}\ndata: ${data}\n\n`;
}
