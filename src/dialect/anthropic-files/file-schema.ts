import { z } from 'zod';

const largestLimit = 1000;
const largestIds = 100;

const metadata = {
  id: z.string(),
  type: z.literal('file'),
  filename: z.string(),
  mime_type: z.string().describe('By its content.'),
  size_bytes: z.int(),
  created_at: z.iso.datetime(),
  downloadable: z.literal(true),
};

export const wireFile = z.object({
  ...metadata,
  expires_at: z.iso.datetime().nullable().describe('Null: it is kept until it is deleted.'),
});
/** As it was while the API was a beta. */
export const betaFile = z.object(metadata);

export const wireFileList = z.object({ data: z.array(wireFile), next_page: z.string().nullable() });
export const betaFileList = z.object({
  data: z.array(betaFile),
  has_more: z.boolean(),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
  next_page: z.string().nullable(),
});

export const deletedFile = z.object({ id: z.string(), type: z.literal('file_deleted') });

const whole = (from: number, to: number) => {
  const error = `Input should be a whole number from ${from} to ${to}`;
  return z.coerce.number({ error }).int({ error }).min(from, { error }).max(to, { error });
};

const fileId = z.string().regex(/^file[_-][0-9a-f]{32}$/, { error: 'Input should be the id of a file' });

const listQuery = {
  limit: whole(1, largestLimit).exactOptional(),
  page: z
    .string()
    .regex(/^page_[0-9a-f]{32}$/, { error: 'Input should be the next_page of an earlier answer' })
    .exactOptional(),
  ids: z
    .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.string()))
    .transform((ids) => [...new Set(ids)])
    .refine((ids) => ids.length <= largestIds, { error: `Input should have at most ${largestIds} ids` })
    .exactOptional(),
};
export const fileListQuery = z.looseObject(listQuery);
/** Older clients of the beta go on after or before a file, newer ones by pages. */
export const betaFileListQuery = z.looseObject({
  ...listQuery,
  after_id: fileId.exactOptional(),
  before_id: fileId.exactOptional(),
  scope_id: z.string().exactOptional(),
});

/** The fields of an upload besides the file. */
export const uploadFields = z.looseObject({ expires_in_seconds: whole(3600, 7_776_000).exactOptional() });
