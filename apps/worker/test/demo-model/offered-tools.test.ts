import { describe, expect, test } from 'vitest';
import { purposeOf, recogniseTools } from '../../src/demo-model/thinking/offered-tools.ts';
import { chatRequestSchema } from '../../src/demo-model/wire/chat-request.ts';

function offered(name: string, properties: object, required: string[] = []) {
  const parameters = { type: 'object', properties, required };
  return recogniseTools(
    chatRequestSchema.parse({
      model: 'm',
      messages: [{ role: 'user', content: '' }],
      tools: [{ type: 'function', function: { name, parameters } }],
    }).tools,
  );
}

const text = { type: 'string' };
const number = { type: 'integer' };

test.each([
  ['search_text', 'search'],
  ['grepRepository', 'search'],
  ['repo.read-file', 'read'],
  ['openFile', 'read'],
  ['list_files', 'list'],
  ['ls', 'list'],
  ['reply_in_thread', undefined],
  ['write_file', undefined],
])('%s is for %s', (name, purpose) => {
  expect(purposeOf(name)).toBe(purpose);
});

describe('recogniseTools', () => {
  test('searches with the required string whose name tells, whatever it is called', () => {
    const { search } = offered('grep', { dir: text, pattern: text }, ['dir', 'pattern']);
    expect(search?.('backoff')).toEqual({
      name: 'grep',
      arguments: { dir: '.', pattern: 'backoff' },
    });
    expect(offered('find', { what: text }, ['what']).search?.('x').arguments).toEqual({
      what: 'x',
    });
  });

  test('reads a range when the tool knows ranges, and the file when it does not', () => {
    const range = { from: 3, to: 9 };
    const ranged = offered('read_file', { path: text, start_line: number, end_line: number }, [
      'path',
    ]);
    expect(ranged.read?.('a.ts', range).arguments).toEqual({
      path: 'a.ts',
      start_line: 3,
      end_line: 9,
    });
    const plain = offered('cat', { file: text }, ['file']);
    expect(plain.read?.('a.ts', range).arguments).toEqual({ file: 'a.ts' });
  });

  test('lists by pattern when the tool takes one', () => {
    expect(offered('list_files', { glob: text }).list?.('**/a.ts').arguments).toEqual({
      glob: '**/a.ts',
    });
    expect(offered('ls', {}).list?.('**/a.ts').arguments).toEqual({});
  });

  test('sets required parameters that may be null to null, as strict schemas want', () => {
    const nullable = { anyOf: [{ type: 'string' }, { type: 'null' }] };
    const strict = offered('search_text', { query: text, path: nullable }, ['query', 'path']);
    expect(strict.search?.('x').arguments).toEqual({ query: 'x', path: null });
  });

  test('leaves a tool alone that demands what it cannot know', () => {
    expect(offered('search_text', { query: text, token: text }, ['query', 'token'])).toEqual({});
  });
});
