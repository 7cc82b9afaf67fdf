import type { Request } from 'express';

const messagesPath = /^(?:\/sdk|\/api)?\/v1\/messages(?:\/|$)/i;
const openAiPath = /^(?:\/sdk|\/api)?\/v1\/(?:(?:chat\/)?completions|responses)(?:\/|$)/i;

/**
 * Whether a request expects Anthropic's shapes. Paths that only one API has tell it by themselves; elsewhere, such as
 * in the list of models or at a path that nobody has, the header does that every client of Anthropic's sends.
 */
export function speaksAnthropic(req: Request): boolean {
  if (messagesPath.test(req.path)) return true;
  return req.get('anthropic-version') !== undefined && !openAiPath.test(req.path);
}
