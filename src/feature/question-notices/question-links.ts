import { HarnessError } from '../../core/errors.ts';
import type { AllQuestions, OwnedQuestion, Question } from '../../core/sessions.ts';
import type { NoticeStore } from './notice-store.ts';
import { isSigned, sign, type Decision, type LinkTarget } from './signature.ts';

/** How long a link to a question without a limit of its own is good for. */
const usualLifetimeMs = 24 * 60 * 60 * 1000;

export interface QuestionLinksOptions {
  questions: Pick<AllQuestions, 'findQuestion'>;
  store: Pick<NoticeStore, 'signingKey'>;
  /** The address of this service, as it is reached from outside. */
  publicUrl: string;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** A link as somebody has sent it: anything may stand in it. */
export interface SentLink {
  id: string;
  decision?: unknown;
  expires?: unknown;
  signature?: unknown;
}

/** A question that a link answers. */
export interface LinkedQuestion extends OwnedQuestion {
  decision: Decision;
}

/** Links that answer one question each. Their signature is all the authority that they need and have. */
export class QuestionLinks {
  readonly #options: QuestionLinksOptions;

  constructor(options: QuestionLinksOptions) {
    this.#options = options;
  }

  /** The addresses that allow and deny what is asked. */
  async to({ id, expiresAt }: Question): Promise<Record<Decision, string>> {
    const { store, publicUrl, now } = this.#options;
    const key = await store.signingKey();
    const expires = Math.floor((expiresAt ?? now() + usualLifetimeMs) / 1000);
    const link = (decision: Decision): string => {
      const signature = sign(key, { id, decision, expires });
      const query = new URLSearchParams({ decision, expires: String(expires), signature });
      return `${publicUrl.replace(/\/+$/, '')}/permissions/${encodeURIComponent(id)}/decide?${query.toString()}`;
    };
    return { allow: link('allow'), deny: link('deny') };
  }

  /**
   * The question that a link answers, while it waits for that. Throws `SESSION_NOT_FOUND` where the link is not one of ours or
   * the question is gone, `LINK_EXPIRED` and, where somebody has answered before, `SESSION_CONFLICT`.
   */
  async open(link: SentLink): Promise<LinkedQuestion> {
    const { questions, store, now } = this.#options;
    const target = toTarget(link);
    const isOurs =
      target !== undefined &&
      typeof link.signature === 'string' &&
      isSigned(await store.signingKey(), target, link.signature);
    if (!isOurs) throw invalidLink();
    if (target.expires * 1000 <= now()) throw new HarnessError('LINK_EXPIRED', 'This link has expired.');
    const { owner, question } = await questions.findQuestion(target.id);
    throwUnlessPending(question);
    return { owner, question, decision: target.decision };
  }
}

function toTarget({ id, decision, expires }: SentLink): LinkTarget | undefined {
  if (decision !== 'allow' && decision !== 'deny') return undefined;
  if (typeof expires !== 'string' || !/^[1-9]\d{0,11}$/.test(expires)) return undefined;
  return { id, decision, expires: Number(expires) };
}

function throwUnlessPending({ status }: Question): void {
  if (status === 'pending') return;
  if (status === 'expired') {
    const message = 'Nobody answered in time, or the agent was stopped; it asks again if it still wants to.';
    throw new HarnessError('LINK_EXPIRED', message);
  }
  throw new HarnessError('SESSION_CONFLICT', `This was settled before: ${status}.`);
}

function invalidLink(): HarnessError {
  const message = 'This link is not one of this service’s, or is not whole: use the link of the notice as it came.';
  return new HarnessError('SESSION_NOT_FOUND', message);
}
