import { type NameTest, parseNamePattern } from './glob.ts';
import {
  backupEndings,
  codeEndings,
  dataEndings,
  foldersWithSecrets,
  harmlessFiles,
  secretFiles,
  secretFolders,
} from './secret-names.ts';

const isSecretFolder = new Set(secretFolders);
const isFolderWithSecrets = new Set(foldersWithSecrets);
const isCode = new Set(codeEndings);
const secret = secretFiles
  .flatMap((pattern) =>
    pattern.includes('{data}') ? dataEndings.map((end) => pattern.replace('{data}', end)) : pattern,
  )
  .map(parseNamePattern);
const harmless = harmlessFiles.map(parseNamePattern);

/** The restriction that a file inherits from its folders. */
export type FolderSecrecy =
  /** No restriction. */
  | 'open'
  /** Only source code may be shown. */
  | 'code_only'
  /** Nothing may be shown. */
  | 'hidden';

/** The secrecy of a folder within another one. */
export function secrecyOf(outer: FolderSecrecy, folder: string): FolderSecrecy {
  const name = normalized(folder);
  if (outer === 'hidden' || isSecretFolder.has(name)) return 'hidden';
  return isFolderWithSecrets.has(name) ? 'code_only' : outer;
}

/** Whether the name of a file suggests secrets, in a folder of this secrecy. */
export function isSecretFile(file: string, folder: FolderSecrecy): boolean {
  if (folder === 'hidden') return true;
  const name = withoutBackupEnding(normalized(file));
  if (isSecretFolder.has(name)) return true;
  if (matchesAny(harmless, name)) return false;
  if (folder === 'code_only' && !isCode.has(name.slice(name.lastIndexOf('.') + 1))) return true;
  return matchesAny(secret, name);
}

/** Whether a file may hold secrets, by its path within the repository. */
export function mayHoldSecrets(path: string): boolean {
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  return isSecretFile(name, folders.reduce<FolderSecrecy>(secrecyOf, 'open'));
}

function matchesAny(tests: readonly NameTest[], name: string): boolean {
  return tests.some((test) => test(name));
}

/** Some systems ignore blanks or dots at the end of a name. */
function normalized(name: string): string {
  let end = name.length;
  while (end > 0 && ' .'.includes(name.charAt(end - 1))) end -= 1;
  return name.slice(0, end).toLowerCase();
}

function withoutBackupEnding(name: string): string {
  let end = name.length;
  for (;;) {
    const ending = backupEndings.find((each) => name.slice(0, end).endsWith(each));
    if (ending === undefined || ending.length >= end) return name.slice(0, end);
    end -= ending.length;
  }
}
