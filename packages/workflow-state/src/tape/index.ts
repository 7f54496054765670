export type { Drawing } from './draw-tape.ts';
export { LANE, type Lane } from './lanes.ts';
export { MAX_OWN_LANES, type ShortTape, shortTapeSchema } from './short-tape.ts';
export { QUIET } from './tape-model.ts';
export {
  type MissingPast,
  type MissingChunk,
  type TapeEntry,
  TapeHistory,
  type TapeHistoryOptions,
} from './tape-history.ts';
export { TapeRecorder } from './tape-recorder.ts';
