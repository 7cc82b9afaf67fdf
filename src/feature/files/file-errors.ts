import { HarnessError } from '../../core/errors.ts';

/** `field`: of the request that names the file. */
export function fileNotFound(field?: string): HarnessError {
  const message = 'There is no such file: it was deleted, has expired, or belongs to another token. Upload it again.';
  return new HarnessError('FILE_NOT_FOUND', message, field === undefined ? {} : { param: field });
}

export function fileTooLarge(): HarnessError {
  return new HarnessError('BODY_TOO_LARGE', 'The file is larger than files.max_size allows.', { param: 'file' });
}

export function clientIsFull(): HarnessError {
  return new HarnessError(
    'FILES_FULL',
    'With this file, your files would take more space than files.max_per_client allows; delete some of them.',
    { param: 'file' },
  );
}

export function allIsFull(): HarnessError {
  return new HarnessError(
    'FILES_FULL',
    'With this file, the files of all clients would take more space than files.max_total allows; delete some of yours, or ask the owner for more.',
    { param: 'file' },
  );
}

/**
 * The error to report for one of the system with the folder in which files are kept; any other as it is. None that
 * leaves a transaction may have a code of the system: it would count as one of the state file.
 */
export function toFolderError(folder: string, error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return error;
  const code = String(error.code);
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskIsFull(error);
  const problem = folderProblems[code] ?? `the system reports ${code}; the log has the details`;
  return new HarnessError('INTERNAL', `The folder of the files ${folder} can't be used: ${problem}.`, { cause: error });
}

const notWritable = "it can't be written; make the service's user the owner of all that is in it, or set files.path";
const folderProblems: Readonly<Record<string, string>> = {
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: 'its disk is read-only; make it writable and restart the service, or set files.path',
  EIO: 'reading or writing it fails; check its disk and the system log',
};

function diskIsFull(cause: unknown): HarnessError {
  return new HarnessError(
    'FILES_FULL',
    "The disk on which files are kept is full; the server's owner has to free some space.",
    { param: 'file', cause },
  );
}

export function invalidName(problem: string): HarnessError {
  return new HarnessError('INVALID_REQUEST', `The name of the file ${problem}.`, { param: 'file' });
}
