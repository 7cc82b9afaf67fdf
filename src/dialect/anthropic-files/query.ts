import type { FileQuery } from '../../core/files.ts';
import { invalidRequest } from '../anthropic-shared/invalid-request.ts';
import { readRequest } from '../anthropic-shared/read-request.ts';
import { betaFileListQuery, fileListQuery } from './file-schema.ts';

const newestFirst = { order: 'desc', limit: 20 } as const;
const whole = 'The query could not be read';

/** Whether a client speaks the API as it was while it was a beta, by its header `anthropic-beta`. */
export function speaksBeta(betas = ''): boolean {
  return betas.split(',').some((beta) => beta.trim() === 'files-api-2025-04-14');
}

/** Reads what a list is limited to. Like all that follow, throws `INVALID_REQUEST`. */
export function fromListQuery(params: object): FileQuery {
  const { limit, page, ids } = readRequest(fileListQuery, params, whole);
  if (ids === undefined) {
    const after = page === undefined ? {} : { after: page.replace('page_', 'file_') };
    return { ...newestFirst, ...(limit !== undefined && { limit }), ...after };
  }
  if (limit !== undefined || page !== undefined) throw invalidRequest('ids', 'Input excludes page and limit');
  return { ...newestFirst, ids, limit: ids.length };
}

/** The same of the beta. Undefined for a scope: no file has one. */
export function fromBetaListQuery(params: object): FileQuery | undefined {
  const query = readRequest(betaFileListQuery, params, whole);
  const { limit, after_id: after, before_id: before, scope_id: scope } = query;
  if (after !== undefined && before !== undefined) throw invalidRequest('before_id', 'Input excludes after_id');
  if (scope !== undefined) return undefined;
  return { ...newestFirst, limit, ...(after !== undefined && { after }), ...(before !== undefined && { before }) };
}
