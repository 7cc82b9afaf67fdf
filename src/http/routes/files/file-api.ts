import type { Request, Response } from 'express';
import type { DialectSettings } from '../../../core/endpoint.ts';
import type { FileDraft, FilePage, FileQuery, StoredFile } from '../../../core/files.ts';
import * as anthropic from '../../../dialect/anthropic-files/files.ts';
import { fromBetaListQuery, fromListQuery, speaksBeta } from '../../../dialect/anthropic-files/query.ts';
import { checkUploadField, fromUploadFields, ignoredUploadFields } from '../../../dialect/anthropic-files/upload.ts';
import { messages } from '../../../dialect/anthropic-messages/endpoint.ts';
import * as openai from '../../../dialect/openai-files/files.ts';
import { fromListQuery as fromOpenAiListQuery } from '../../../dialect/openai-files/query.ts';
import {
  checkUploadField as checkOpenAiField,
  fromUploadFields as fromOpenAiFields,
  ignoredUploadFields as ignoredOpenAiFields,
} from '../../../dialect/openai-files/upload.ts';
import { apiOf } from '../../requested-route.ts';

/** How files look to the clients of one API. */
export interface FileApi {
  /** Throws `INVALID_REQUEST` for a field of a form that says nothing good, whatever the others say. */
  checkField: (name: string, value: string) => void;
  /** Those of these fields of a form that have no effect. Throws `UNSUPPORTED_PARAMETER` for them under `reject`. */
  ignoredOf: (names: readonly string[], policy: DialectSettings['unsupportedParams']) => string[];
  /** What the fields say. Throws `INVALID_REQUEST`. */
  toDraft: (fields: Readonly<Record<string, string>>) => Omit<FileDraft, 'filename'>;
  /** Undefined where no file can be meant. Throws `INVALID_REQUEST`. */
  toQuery: (params: object) => FileQuery | undefined;
  show: (file: StoredFile) => object;
  showPage: (page: FilePage, query?: FileQuery) => object;
  showDeleted: (id: string) => object;
}

const anthropicFiles: FileApi = {
  checkField: checkUploadField,
  ignoredOf: ignoredUploadFields,
  toDraft: fromUploadFields,
  toQuery: fromListQuery,
  show: anthropic.toWireFile,
  showPage: anthropic.toWireFileList,
  showDeleted: anthropic.toDeletedFile,
};

const betaFiles: FileApi = {
  ...anthropicFiles,
  toQuery: fromBetaListQuery,
  show: anthropic.toBetaFile,
  showPage: anthropic.toBetaFileList,
};

const openAiFiles: FileApi = {
  checkField: checkOpenAiField,
  ignoredOf: ignoredOpenAiFields,
  toDraft: fromOpenAiFields,
  toQuery: fromOpenAiListQuery,
  show: openai.toWireFile,
  showPage: openai.toWireFileList,
  showDeleted: openai.toDeletedFile,
};

/** By the same header as in the list of models. */
export function fileApiOf(req: Request, res: Response): FileApi {
  if (apiOf(req, res).dialect !== messages.dialect) return openAiFiles;
  return speaksBeta(req.get('anthropic-beta')) ? betaFiles : anthropicFiles;
}
