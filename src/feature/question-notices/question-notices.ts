import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { AllQuestions, Question } from '../../core/sessions.ts';
import { deliverToWebhook } from '../../util/deliver-webhook.ts';
import type { Webhook } from '../../util/webhook.ts';
import { describeQuestion } from './describe-question.ts';
import { toNoticeRequest } from './notice-request.ts';
import type { NoticeStore } from './notice-store.ts';
import type { QuestionLinks } from './question-links.ts';

/** How many notices are on their way at a time; further questions wait in the state file. */
const maxSending = 4;
/** Of the command or path in a notice. */
const maxChars = 300;

export interface QuestionNoticesOptions {
  questions: AllQuestions;
  store: Pick<NoticeStore, 'claim' | 'release'>;
  webhook: Webhook;
  /** Absent: notices have no links. */
  links?: Pick<QuestionLinks, 'to'>;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: Logger;
  /** Before the second try, and before questions that could not be read are read again. */
  retryMs?: number;
  timeoutMs?: number;
}

/** Tells a webhook of each question, once over all services and starts. No turn waits for it or fails with it. */
export class QuestionNotices {
  readonly #options: QuestionNoticesOptions;
  readonly #retryMs: number;
  readonly #stopping = new AbortController();
  readonly #sending = new Set<Promise<void>>();
  #following: Promise<void> | undefined;

  constructor(options: QuestionNoticesOptions) {
    this.#options = options;
    this.#retryMs = options.retryMs ?? 1000;
  }

  /** To be called once. */
  start(): void {
    this.#following = this.#follow();
  }

  /** What was not sent yet, the next start sends. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#following;
    await Promise.all(this.#sending);
  }

  async #follow(): Promise<void> {
    const { questions, log } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        for await (const { question } of await questions.followAllQuestions(signal)) {
          if (question.status === 'pending') await this.#take(question);
        }
        return;
      } catch (error) {
        log.warn('notices could not be prepared; it is tried again', { error });
        // It rejects when the signal aborts.
        await sleep(this.#retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #take(question: Question): Promise<void> {
    const { store, now } = this.#options;
    while (this.#sending.size >= maxSending) await Promise.race(this.#sending);
    // Who waited for a place may have been answered meanwhile.
    if (this.#stopping.signal.aborted || !(await this.#isPending(question))) return;
    if (!(await store.claim(question.id, now()))) return;
    const sending = this.#send(question).finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  /** Never rejects. */
  async #send(question: Question): Promise<void> {
    const { store, webhook, links, log, timeoutMs = 10_000 } = this.#options;
    const { id, sessionId } = question;
    const fields = { question: id, session_id: sessionId, to: new URL(webhook.url).origin };
    try {
      const notice = { question, description: describeQuestion(question, maxChars) };
      const request = toNoticeRequest(
        webhook,
        links === undefined ? notice : { ...notice, links: await links.to(question) },
      );
      const delivery = await deliverToWebhook(request, {
        ...{ timeoutMs, retryMs: this.#retryMs, signal: this.#stopping.signal },
        isWanted: () => this.#isPending(question),
      });
      if (delivery.outcome === 'unsent') await store.release(id);
      if (delivery.outcome !== 'failed') return;
      const { reason, tries } = delivery;
      log.warn('a notice of a question could not be sent', { ...fields, reason, tries });
    } catch (error) {
      log.warn('a notice of a question could not be sent', { ...fields, error });
    }
  }

  async #isPending({ id }: Question): Promise<boolean> {
    try {
      return (await this.#options.questions.findQuestion(id)).question.status === 'pending';
    } catch (error) {
      // Its session was deleted.
      if (error instanceof HarnessError && error.code === 'SESSION_NOT_FOUND') return false;
      throw error;
    }
  }
}
