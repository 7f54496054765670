export { makeEntry, makeEvent, makeToken } from './event-builders.ts';
export { type ArchiveEntry, makeArchive } from './fake-github/archive.ts';
export {
  type FakeComment,
  type FakeIssue,
  type FakeRepository,
  type FakeRequest,
} from './fake-github/records.ts';
export { type Scripted, scripted } from './fake-github/script.ts';
export { type FakeGitHub, type FakeGitHubOptions, startFakeGitHub } from './start-fake-github.ts';
export { TestLog } from './test-log.ts';
