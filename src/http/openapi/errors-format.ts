import type { ErrorsDescription, PlanLimitStatus, ToErrorReply } from '../../core/endpoint.ts';
import { HarnessError, type ErrorCode } from '../../core/errors.ts';
import { messagesErrors } from '../../dialect/anthropic-messages/description.ts';
import { messagesErrorReply } from '../../dialect/anthropic-messages/errors.ts';
import { openAiErrors } from '../../dialect/openai-shared/error-description.ts';
import { openAiErrorReply } from '../../dialect/openai-shared/errors.ts';

/** How failures look to the clients of one API. */
export interface ErrorsFormat extends ErrorsDescription {
  toReply: ToErrorReply;
}

export const openAiFormat: ErrorsFormat = { ...openAiErrors, toReply: openAiErrorReply };
export const messagesFormat: ErrorsFormat = { ...messagesErrors, toReply: messagesErrorReply };
/** Of what clients of both APIs ask. */
export const eitherFormat: readonly ErrorsFormat[] = [openAiFormat, messagesFormat];

/** A failure as it looks on the wire. */
export interface WireFailure {
  status: number;
  headers: string[];
  /** What the field that names the failure says. */
  code: string;
}

/** One failure, or two where the configuration decides about the status. */
export function failuresOn(format: ErrorsFormat, code: ErrorCode): WireFailure[] {
  const usual = failureOn(format, code, 429);
  const configured = failureOn(format, code, 503);
  return usual.status === configured.status ? [usual] : [usual, configured];
}

function failureOn({ toReply, codeAt }: ErrorsFormat, code: ErrorCode, planLimitStatus: PlanLimitStatus): WireFailure {
  const context = { requestId: '', now: () => 0, stream: false, planLimitStatus };
  const { status, headers, body } = toReply(new HarnessError(code, ''), context);
  // What passes by itself may say when.
  const waits = status === 429 || status >= 500;
  return {
    status,
    headers: [...new Set([...Object.keys(headers), ...(waits ? ['retry-after'] : [])])],
    code: codeAt === undefined ? code.toLowerCase() : String(valueAt(body, codeAt)),
  };
}

function valueAt(value: unknown, [step, ...steps]: readonly string[]): unknown {
  if (step === undefined) return value;
  return valueAt((value as Readonly<Record<string, unknown>>)[step], steps);
}
