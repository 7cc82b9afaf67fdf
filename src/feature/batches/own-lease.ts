import type { BatchContext } from './batch-context.ts';

/** The lease of this service; it ends those of others that are gone. */
export class OwnLease {
  readonly #options: BatchContext;
  /** When it ends; 0 while there is none. */
  #until = 0;
  #seenAt = -Infinity;
  #isInDoubt = false;

  constructor(options: BatchContext) {
    this.#options = options;
  }

  /** The service may have something in hand without knowing of it. */
  doubt(): void {
    this.#isInDoubt = true;
  }

  /**
   * Renews the lease if it is time, and ends those of services that are gone. `running`: the requests that this service has in
   * hand.
   */
  async keep(running: ReadonlySet<number>): Promise<void> {
    const { leases, requests, serviceId, leaseMs, now } = this.#options;
    if (this.#isInDoubt) await requests.putBackUnknown(serviceId, running);
    this.#isInDoubt = false;
    const time = now();
    if (Math.abs(time - this.#seenAt) < leaseMs / 4) return;
    // After an outage everybody's lease is over: they have a beat's time to renew it.
    const wasHeld = this.#until > time;
    await leases.renew(serviceId, time + leaseMs);
    this.#until = time + leaseMs;
    await this.#endOthers(time, wasHeld);
    this.#seenAt = time;
  }

  /** Gives back what this service has in hand. */
  async release(): Promise<void> {
    if (this.#until === 0) return;
    await this.#options.leases.release(this.#options.serviceId);
    this.#until = 0;
    this.#seenAt = -Infinity;
  }

  async #endOthers(now: number, mayEndLapsed: boolean): Promise<void> {
    const { leases, serviceId, isGone } = this.#options;
    const over = (await leases.all()).filter(
      ({ id, run_until: until }) => id !== serviceId && (isGone(id) || (mayEndLapsed && until <= now)),
    );
    await leases.end(over);
  }
}
