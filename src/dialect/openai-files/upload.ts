import type { FileDraft } from '../../core/files.ts';
import { listIgnored } from '../openai-shared/ignored-params.ts';
import { invalidRequest, toRequestError } from '../openai-shared/invalid-request.ts';
import { uploadFields } from './file-schema.ts';

/** As the API has it; other files are kept as the service says. */
const batchKeepMs = 30 * 24 * 60 * 60 * 1000;

const understoodFields: ReadonlySet<string> = new Set(Object.keys(uploadFields.shape));

/** What the fields of an upload's form say of its file. Throws `INVALID_REQUEST`. */
export function fromUploadFields(fields: Readonly<Record<string, string>>): Omit<FileDraft, 'filename'> {
  const parsed = uploadFields.safeParse(fields);
  if (!parsed.success) throw toRequestError(parsed.error.issues[0], 'The form could not be read.');
  const { purpose, 'expires_after[anchor]': anchor, 'expires_after[seconds]': seconds } = parsed.data;
  if (seconds !== undefined && anchor === undefined) throw missing('anchor', 'created_at');
  if (seconds === undefined && anchor !== undefined) throw missing('seconds', 'a number of seconds');
  const keepMs = seconds === undefined ? (purpose === 'batch' ? batchKeepMs : undefined) : seconds * 1000;
  return { idPrefix: 'file-', purpose, ...(keepMs !== undefined && { keepMs }) };
}

/** Throws `INVALID_REQUEST` for one that is wrong by itself. */
export function checkUploadField(name: string, value: string): void {
  const parsed = uploadFields.partial().safeParse({ [name]: value });
  if (!parsed.success) throw toRequestError(parsed.error.issues[0], 'The form could not be read.');
}

/** The names of fields that the API does not have. Throws `UNSUPPORTED_PARAMETER` for them under `reject`. */
export function ignoredUploadFields(names: readonly string[], policy: 'ignore' | 'reject'): string[] {
  return listIgnored(
    {},
    understoodFields,
    names.filter((name) => !understoodFields.has(name)),
    policy,
  );
}

function missing(field: string, what: string): Error {
  return invalidRequest(`expires_after[${field}]`, `is missing; it must be ${what}.`);
}
