/** The API refuses: which status does the client get, and when? */
import { apiErrors } from '../../../src/stand-in/api-errors.ts';
import type { ErrorAnswer } from '../../../src/stand-in/behaviour.ts';
import { chat, completionOf, told } from './ask.ts';
import type { Behaviour } from './behaviour.ts';

interface ErrorCase {
  answer: ErrorAnswer;
  /** What tells a client whether it is its own fault, whether to wait, or whether to go elsewhere. */
  fitting: (status: number) => boolean;
}

const isClientError = (status: number): boolean => status >= 400 && status < 500;
const isServerError = (status: number): boolean => status >= 500;
/** The client can do nothing about the login of the service. */
const isLoginError = (status: number): boolean => isServerError(status) || status === 401 || status === 403;
const isTooMany = (status: number): boolean => status === 429;

const cases: readonly ErrorCase[] = [
  { answer: apiErrors.invalidRequest(), fitting: isClientError },
  { answer: apiErrors.authentication(), fitting: isLoginError },
  { answer: apiErrors.permission(), fitting: isLoginError },
  { answer: apiErrors.modelNotFound('claude-haiku-4-5'), fitting: isClientError },
  { answer: apiErrors.requestTooLarge(), fitting: isClientError },
  { answer: apiErrors.rateLimit(), fitting: isTooMany },
  { answer: apiErrors.internal(), fitting: isServerError },
  { answer: apiErrors.overloaded(), fitting: isServerError },
];

export const upstreamErrors: readonly Behaviour[] = cases.map(({ answer, fitting }) => ({
  name: `the API answers ${answer.status}`,
  async judge(subject) {
    subject.standIn.behave(answer);
    const reply = await chat(subject, 'Hello');
    const isAnswer = reply.status === 200 && completionOf(reply).choices !== undefined;
    return { ok: fitting(reply.status), note: isAnswer ? `${told(reply)}, as the model's answer` : told(reply) };
  },
}));
