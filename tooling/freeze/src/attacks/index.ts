import type { Attack } from '../attack.ts';
import { batches } from './batches.ts';
import { deepJson } from './deep-json.ts';
import { hostileAnswer } from './hostile-answer.ts';
import { hostileHeading } from './hostile-heading.ts';
import { hostileIgnore } from './hostile-ignore.ts';
import { lockedStore } from './locked-store.ts';
import { longInputs } from './long-inputs.ts';
import { longQuestions } from './long-questions.ts';
import { longSnapshot } from './long-snapshot.ts';
import { madeUpHistory } from './made-up-history.ts';
import { manyMistakes } from './many-mistakes.ts';
import { manyStarts } from './many-starts.ts';
import { manyWaits } from './many-waits.ts';
import { oddRequests } from './odd-requests.ts';
import { oldWorkflows } from './old-workflows.ts';
import { slowBodies } from './slow-bodies.ts';
import { stalledStreams } from './stalled-streams.ts';
import { unknownFields } from './unknown-fields.ts';

/** All attacks, in the order in which they run. */
export const attacks: readonly Attack[] = [
  unknownFields,
  manyMistakes,
  deepJson,
  oddRequests,
  slowBodies,
  batches,
  manyWaits,
  longSnapshot,
  stalledStreams,
  hostileHeading,
  madeUpHistory,
  longQuestions,
  hostileIgnore,
  longInputs,
  manyStarts,
  hostileAnswer,
  oldWorkflows,
  lockedStore,
];
