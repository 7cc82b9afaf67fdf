import type { z } from 'zod';
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
  return toQuery(readRequest(fileListQuery, params, whole));
}

/** The same of the beta. Undefined for a scope: no file has one. */
export function fromBetaListQuery(params: object): FileQuery | undefined {
  const {
    after_id: after,
    before_id: before,
    scope_id: scope,
    ...query
  } = readRequest(betaFileListQuery, params, whole);
  if (after !== undefined && before !== undefined) throw invalidRequest('before_id', 'Input excludes after_id');
  const cursor = before ?? after;
  if (query.ids !== undefined && cursor !== undefined) {
    throw invalidRequest('ids', 'Input excludes after_id and before_id');
  }
  if (scope !== undefined) return undefined;
  // A client that goes on by pages repeats what it began with.
  if (cursor === undefined || query.page !== undefined) return toQuery(query);
  return { ...toQuery(query), ...(after === undefined ? { before: cursor } : { after }) };
}

function toQuery({ limit, page, ids }: Pick<z.infer<typeof fileListQuery>, 'limit' | 'page' | 'ids'>): FileQuery {
  if (ids === undefined) {
    const after = page === undefined ? {} : { after: page.replace('page_', 'file_') };
    return { ...newestFirst, ...(limit !== undefined && { limit }), ...after };
  }
  if (limit !== undefined || page !== undefined) throw invalidRequest('ids', 'Input excludes page and limit');
  return { ...newestFirst, ids, limit: ids.length };
}
