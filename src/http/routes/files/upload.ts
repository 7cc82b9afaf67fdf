import type { Request, RequestHandler, Response } from 'express';
import type { FileDraft, StoredFile } from '../../../core/files.ts';
import { setAnswerHeaders } from '../../answer-headers.ts';
import { answered } from '../../middleware/record-request.ts';
import { readForm } from '../../multipart/read-form.ts';
import { recordOf } from '../../record-of.ts';
import { trackConnection } from '../../track-connection.ts';
import type { RouteServices } from '../route.ts';
import { fileApiOf, type FileApi } from './file-api.ts';

/** Keeps the file of a form. */
export function upload(services: RouteServices): RequestHandler {
  return async (req, res) => {
    await answered(res, async () => {
      const api = fileApiOf(req, res);
      const file = await keep(req, res, api, services);
      setAnswerHeaders(res, recordOf(res));
      res.json(api.show(file));
    });
  };
}

async function keep(req: Request, res: Response, api: FileApi, services: RouteServices): Promise<StoredFile> {
  const { files, active, settings } = services;
  const record = recordOf(res);
  const fields = new Map<string, string>();
  const { filename, type, content } = await readForm(req, {
    onField: (name, value) => {
      fields.set(name, value);
      // One that is wrong is refused at once, not after the file.
      api.checkField(name, value);
      record.ignored = api.ignoredOf([...fields.keys()], settings.unsupportedParams);
    },
    signal: trackConnection(res, active),
  });
  const toDraft = (): FileDraft => ({
    ...api.toDraft(Object.fromEntries(fields)),
    filename: filename === '' ? 'unnamed' : filename,
    claimedType: type,
  });
  return files.add(record.caller, toDraft, content);
}
