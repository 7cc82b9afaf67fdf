import { HarnessError } from '../../core/errors.ts';

export function notMultipart(): HarnessError {
  return new HarnessError(
    'UNSUPPORTED_MEDIA_TYPE',
    'Send the file as multipart/form-data with a boundary, not compressed: the part "file" with a filename, and fields.',
  );
}

export function brokenForm(cause?: unknown): HarnessError {
  const message = 'The form could not be read: it breaks off, or a part of it is malformed.';
  return new HarnessError('INVALID_REQUEST', message, cause === undefined ? {} : { cause });
}

export function notOneFile(problem: string): HarnessError {
  return new HarnessError('INVALID_REQUEST', `${problem}; send one file, as the part "file".`, { param: 'file' });
}

export function formTooLarge(): HarnessError {
  return new HarnessError(
    'BODY_TOO_LARGE',
    'The form has too many parts, or too much besides the file; send the part "file" and the fields of the API.',
  );
}

export function fieldTooLong(name: string): HarnessError {
  return new HarnessError('INVALID_REQUEST', `The field ${name} of the form is too long.`, { param: name });
}

export function repeatedField(name: string): HarnessError {
  return new HarnessError('INVALID_REQUEST', `The field ${name} of the form stands in it twice.`, { param: name });
}

export function formStopped(idleMs: number): HarnessError {
  return new HarnessError(
    'INVALID_REQUEST',
    `Nothing of the form has come for ${idleMs / 1000} seconds; send it again, on a better connection.`,
    { param: 'file' },
  );
}

export function clientLeft(): HarnessError {
  return new HarnessError('ABORTED', 'The client closed the connection.');
}
