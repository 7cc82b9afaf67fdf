import * as anthropic from '../../dialect/anthropic-files/file-schema.ts';
import * as openai from '../../dialect/openai-files/file-schema.ts';
import { toJsonSchema } from './json-schema.ts';
import { eitherFormat } from './errors-format.ts';
import { underApi } from './failures.ts';
import { everyAnswer, type HeaderName } from './headers.ts';
import {
  contentAnswer,
  headerParameter,
  jsonAnswer,
  operation,
  pathParameter,
  queryParameter,
  queryParameters,
  type Operation,
  type OperationOptions,
} from './operation.ts';

const file = { name: 'File', schema: openai.wireFile };
const fileList = { name: 'FileList', schema: openai.wireFileList };
const deleted = { name: 'DeletedFile', schema: openai.deletedFile };
const anthropicFile = { name: 'AnthropicFile', schema: anthropic.wireFile };
const anthropicList = { name: 'AnthropicFileList', schema: anthropic.wireFileList };
const anthropicDeleted = { name: 'AnthropicDeletedFile', schema: anthropic.deletedFile };
const betaFile = { name: 'AnthropicBetaFile', schema: anthropic.betaFile };
const betaList = { name: 'AnthropicBetaFileList', schema: anthropic.betaFileList };
export const fileParts = [file, anthropicFile, betaFile];

const shape = [
  headerParameter(
    'anthropic-version',
    { type: 'string' },
    'With any value the answer has Anthropic’s format, without it OpenAI’s.',
  ),
  headerParameter(
    'anthropic-beta',
    { type: 'string' },
    'With `files-api-2025-04-14`, Anthropic’s format is that of the beta.',
  ),
];
const id = pathParameter('id', 'The id of the file.');

const inQuery = [
  ...queryParameters(openai.fileListQuery, {
    after: 'OpenAI’s format: the files after this one.',
    limit: 'The most files of the answer; 20 by default, and at most 1000, in Anthropic’s format.',
    order: 'OpenAI’s format: by creation; the newest comes first by default.',
    purpose: 'OpenAI’s format: the files of this purpose.',
  }),
  queryParameter('page', { type: 'string' }, 'Anthropic’s format: the `next_page` of the answer before.'),
  queryParameter(
    'ids[]',
    { type: 'array', items: { type: 'string' }, maxItems: 100 },
    'Anthropic’s format: these files, as far as there are any.',
  ),
  queryParameter('after_id', { type: 'string' }, 'Anthropic’s beta: the files after this one.'),
  queryParameter('before_id', { type: 'string' }, 'Anthropic’s beta: the files before this one.'),
  queryParameter('scope_id', { type: 'string' }, 'Anthropic’s beta: no file has a scope.'),
];

const withIgnored: readonly HeaderName[] = [...everyAnswer, 'x-claude-harness-ignored'];

function form(): object {
  const fields = { ...openai.uploadFields.partial().shape, ...anthropic.uploadFields.shape };
  const { properties } = toJsonSchema(openai.uploadFields.partial().extend(fields), 'input') as { properties: object };
  return {
    type: 'object',
    required: ['file'],
    properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' }, ...properties },
  };
}

function ofFiles({
  parameters = [],
  failures = [],
  ...options
}: Pick<OperationOptions, 'id' | 'summary' | 'answers'> & Partial<OperationOptions>): Operation {
  return operation({
    tag: 'Files',
    failures: [...underApi, 'INVALID_REQUEST', ...failures],
    formats: eitherFormat,
    headers: everyAnswer,
    parameters: [...shape, ...parameters],
    ...options,
  });
}

const binary = { type: 'string', contentMediaType: 'application/octet-stream' };

/** Files that clients leave with the service. */
export const fileOperations = {
  upload: ofFiles({
    id: 'uploadFile',
    summary: 'Keeps a file',
    description:
      'OpenAI’s format requires `purpose`. Fields may precede or follow the file. Others than those of the format have no ' +
      'effect, and are named in `x-claude-harness-ignored`.',
    form: form(),
    headers: withIgnored,
    failures: ['UNSUPPORTED_PARAMETER', 'BODY_TOO_LARGE', 'FILES_FULL', 'UNSUPPORTED_MEDIA_TYPE', 'DRAINING'],
    answers: { 200: jsonAnswer('The file.', withIgnored, file, anthropicFile, betaFile) },
  }),
  list: ofFiles({
    id: 'listFiles',
    summary: 'The files of this client',
    parameters: inQuery,
    failures: ['FILE_NOT_FOUND'],
    answers: { 200: jsonAnswer('A page of files.', everyAnswer, fileList, anthropicList, betaList) },
  }),
  get: ofFiles({
    id: 'getFile',
    summary: 'A file, without its content',
    parameters: [id],
    failures: ['FILE_NOT_FOUND'],
    answers: { 200: jsonAnswer('The file.', everyAnswer, file, anthropicFile, betaFile) },
  }),
  content: ofFiles({
    id: 'getFileContent',
    summary: 'The content of a file, or a part of it',
    parameters: [id, headerParameter('range', { type: 'string' }, 'The part that is wanted, such as `bytes=0-1023`.')],
    failures: ['FILE_NOT_FOUND', 'DRAINING'],
    answers: {
      200: contentAnswer('The content, under the type of the file.', everyAnswer, '*/*', binary),
      206: contentAnswer('The part that was asked for.', everyAnswer, '*/*', binary),
      416: contentAnswer('The range begins after the end of the file.', everyAnswer, 'application/json', {
        type: 'object',
      }),
    },
  }),
  delete: ofFiles({
    id: 'deleteFile',
    summary: 'Deletes a file',
    parameters: [id],
    failures: ['FILE_NOT_FOUND', 'UNSUPPORTED_MEDIA_TYPE'],
    answers: { 200: jsonAnswer('The file is deleted.', everyAnswer, deleted, anthropicDeleted) },
  }),
} satisfies Record<string, Operation>;
