import type { Logger } from '../../core/logger.ts';
import { deliverToWebhook } from '../../util/deliver-webhook.ts';
import { Serial } from '../../util/serial.ts';
import type { Webhook } from '../../util/webhook.ts';
import { toAlertRequest } from './alert-request.ts';
import { isAllClear, type Announce } from './alert.ts';

/** How many alerts wait for one that cannot be sent; later ones are in the log only. */
const maxWaiting = 20;

export interface AlertSenderOptions {
  /** Absent: alerts are in the log only. */
  webhook?: Webhook;
  log: Logger;
  /** Before the second try; each further wait is four times as long. */
  retryMs?: number;
  /** Of one try. */
  timeoutMs?: number;
}

/** Writes alerts to the log, and sends them to the webhook one after the other. Nothing waits for it or fails with it. */
export class AlertSender {
  readonly #options: AlertSenderOptions;
  readonly #serial = new Serial();
  readonly #stopping = new AbortController();
  #waiting = 0;

  constructor(options: AlertSenderOptions) {
    this.#options = options;
  }

  readonly announce: Announce = (alert, onUnsent) => {
    const { webhook, log } = this.#options;
    const { type, message } = alert;
    log[isAllClear(alert) ? 'info' : 'warn'](message, { alert: type });
    if (webhook === undefined) return;
    const fields = { alert: type, to: new URL(webhook.url).origin };
    if (this.#waiting >= maxWaiting) {
      log.warn('an alert could not be sent', { ...fields, reason: 'too many others wait' });
      return;
    }
    this.#waiting += 1;
    void this.#serial.run(async () => {
      const { retryMs = 1000, timeoutMs = 10_000 } = this.#options;
      const request = toAlertRequest(webhook, alert);
      const delivery = await deliverToWebhook(request, { retryMs, timeoutMs, signal: this.#stopping.signal });
      this.#waiting -= 1;
      if (delivery.outcome === 'unsent') onUnsent();
      if (delivery.outcome !== 'failed') return;
      const { reason, tries } = delivery;
      log.warn('an alert could not be sent', { ...fields, reason, tries });
    });
  };

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#serial.run(() => Promise.resolve());
  }
}
