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

export function diskIsFull(cause: unknown): HarnessError {
  return new HarnessError(
    'FILES_FULL',
    "The disk on which files are kept is full; the server's owner has to free some space.",
    { param: 'file', cause },
  );
}

export function invalidName(problem: string): HarnessError {
  return new HarnessError('INVALID_REQUEST', `The name of the file ${problem}.`, { param: 'file' });
}
