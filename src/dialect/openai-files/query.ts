import type { FilePurpose, FileQuery } from '../../core/files.ts';
import { toRequestError } from '../openai-shared/invalid-request.ts';
import { fileListQuery, wireFile } from './file-schema.ts';

/** Reads what a list is limited to. Undefined for a purpose that no file has. Throws `INVALID_REQUEST`. */
export function fromListQuery(params: object): FileQuery | undefined {
  const parsed = fileListQuery.safeParse(params);
  if (!parsed.success) throw toRequestError(parsed.error.issues[0], 'The query could not be read.');
  const { after, limit, order, purpose } = parsed.data;
  if (purpose !== undefined && !isPurpose(purpose)) return undefined;
  return { limit, order, ...(after !== undefined && { after }), ...(purpose !== undefined && { purpose }) };
}

function isPurpose(value: string): value is FilePurpose {
  return wireFile.shape.purpose.safeParse(value).success;
}
