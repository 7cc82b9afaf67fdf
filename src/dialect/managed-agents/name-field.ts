import { HarnessError } from '../../core/errors.ts';

/**
 * The error with its field at the beginning of its message, as this API has it: it has no other place for it. What
 * sessions refuse is worded without.
 */
export function nameField(error: HarnessError): HarnessError {
  const { code, message, facts } = error;
  if (facts.param === undefined) return error;
  const field = toField(facts.param);
  return message.startsWith(`${field}: `) ? error : new HarnessError(code, `${field}: ${message}`, facts);
}

/** A place in the list of an agent's tools is none in the request's. */
function toField(param: string): string {
  return param.replace(/^(agent\.)?(custom_)?tools\[.*$/s, '$1tools').replaceAll(/\[(\d+)\]/g, '.$1');
}
