import type { FileDraft } from '../../core/files.ts';
import { toPrintableNames } from '../../core/printable-names.ts';
import { allowIgnored } from '../anthropic-shared/allow-ignored.ts';
import { readRequest } from '../anthropic-shared/read-request.ts';
import { uploadFields } from './file-schema.ts';

/** What the fields of an upload's form say of its file. Throws `INVALID_REQUEST`. */
export function fromUploadFields(fields: Readonly<Record<string, string>>): Omit<FileDraft, 'filename'> {
  const { expires_in_seconds: seconds } = readRequest(uploadFields, fields, 'The form could not be read');
  return { idPrefix: 'file_', purpose: 'user_data', ...(seconds !== undefined && { keepMs: seconds * 1000 }) };
}

/** Throws `INVALID_REQUEST` for one that is wrong by itself. */
export function checkUploadField(name: string, value: string): void {
  readRequest(uploadFields.partial(), { [name]: value }, 'The form could not be read');
}

/** The names of fields that the API does not have. Throws `UNSUPPORTED_PARAMETER` for them under `reject`. */
export function ignoredUploadFields(names: readonly string[], policy: 'ignore' | 'reject'): string[] {
  return allowIgnored(toPrintableNames(names.filter((name) => !(name in uploadFields.shape))), policy);
}
