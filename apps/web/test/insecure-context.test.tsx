import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { copyText } from '../src/copy-text.ts';
import { randomId } from '../src/random-id.ts';

const workspace = join(import.meta.dirname, '../../..');
/** The APIs that browsers have only in secure contexts. */
const SECURE_ONLY =
  /randomUUID|crypto\.subtle|navigator\.(?:clipboard|serviceWorker|storage|share)|cookieStore|showOpenFilePicker/;

afterEach(() => vi.unstubAllGlobals());

test('I1: ids are created without APIs of secure contexts', () => {
  vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => bytes.fill(0xff) });
  expect(randomId()).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
});

test('I1: without the Clipboard API text is copied with execCommand', async () => {
  const copied: string[] = [];
  vi.stubGlobal('navigator', { clipboard: undefined });
  document.execCommand = (command) => {
    const field = document.querySelector('textarea');
    copied.push(`${command}: ${field?.value ?? ''}`);
    return true;
  };
  await copyText('Hello\nworld');
  expect(copied).toEqual(['copy: Hello\nworld']);
  expect(document.querySelector('textarea')).toBeNull();
});

test('I1: in an open dialog text is copied from within it, and the focus returns to the button', async () => {
  document.body.innerHTML = '<dialog open><button>Copy</button></dialog>';
  const button = document.querySelector('button');
  button?.focus();
  vi.stubGlobal('navigator', { clipboard: undefined });
  let holder: Element | null | undefined;
  document.execCommand = () => {
    holder = document.querySelector('textarea')?.parentElement;
    return true;
  };
  await copyText('Hello');
  expect(holder?.tagName).toBe('DIALOG');
  expect(document.activeElement).toBe(button);
});

test('I1: when copying fails, the error says what to do', async () => {
  vi.stubGlobal('navigator', {
    clipboard: { writeText: () => Promise.reject(new DOMException('No', 'NotAllowedError')) },
  });
  vi.stubGlobal('isSecureContext', false);
  document.execCommand = () => false;
  await expect(copyText('Hello')).rejects.toThrow(/HTTPS.*Select the text/);
});

test('I1: only the copy function uses APIs of secure contexts', async () => {
  const found: string[] = [];
  for (const folder of ['apps/web/src', 'packages/client/src', 'packages/react/src']) {
    for await (const file of glob('**/*.{ts,tsx}', { cwd: join(workspace, folder) })) {
      const text = await readFile(join(workspace, folder, file), 'utf8');
      const code = text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
      if (SECURE_ONLY.test(code)) found.push(`${folder}/${file}`);
    }
  }
  expect(found).toEqual(['apps/web/src/copy-text.ts']);
});
