import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { ResponseStore, StoredResponse } from './response-store.ts';

export interface RunClaimsOptions {
  store: ResponseStore;
  /** Of this start of the service, and of no other. */
  serviceId: string;
  /** Whether the service of such an id is surely gone, so that nobody has to wait for the end of its claims. */
  isGone: (serviceId: string) => boolean;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: Logger;
  /** How often claims are renewed, in ms. */
  beatMs?: number;
  /** Called when another service has deleted a response that this one makes. */
  onLost: (id: string) => void;
  /** Called when somebody has asked another service for the end of one, maybe more than once. */
  onCancelled: (id: string) => void;
}

/** How long after the end of a service that could not say so its responses count as lost. */
const claimMs = 30_000;
const usualBeatMs = 2000;

/**
 * The claims of this service on the responses that it makes in the background. While there are any, it renews them at every
 * beat, and hears what clients have asked of other services.
 */
export class RunClaims {
  readonly #options: RunClaimsOptions;
  readonly #kept = new Set<string>();
  #isBeating = false;

  constructor(options: RunClaimsOptions) {
    this.#options = options;
  }

  /** Stores a response that is now being made. */
  async begin(entry: StoredResponse): Promise<void> {
    if (!(await this.#options.store.begin(entry, this.#claim))) return;
    this.#kept.add(entry.id);
    if (!this.#isBeating) this.#startBeat();
  }

  /** Stores one that is complete, also where its beginning could not be stored. */
  async finish(entry: StoredResponse): Promise<void> {
    const { store, serviceId } = this.#options;
    if (this.#kept.delete(entry.id)) await store.finish(entry, serviceId);
    else await store.save(entry);
  }

  /** Whether a service is making it, as far as is known. */
  isMade({ id, claim }: StoredResponse): boolean {
    const { serviceId, now, isGone } = this.#options;
    if (claim === undefined) return false;
    return claim.by === serviceId ? this.#kept.has(id) : claim.until > now() && !isGone(claim.by);
  }

  get #claim() {
    const { serviceId, now } = this.#options;
    return { by: serviceId, until: now() + claimMs };
  }

  async #renew(): Promise<void> {
    const before = [...this.#kept];
    if (before.length > 0) await this.#look(before);
    this.#isBeating = false;
    if (this.#kept.size > 0) this.#startBeat();
  }

  #startBeat(): void {
    const { beatMs = usualBeatMs } = this.#options;
    this.#isBeating = true;
    setTimeout(() => void this.#renew(), beatMs);
  }

  async #look(before: readonly string[]): Promise<void> {
    const { store, log, onLost, onCancelled } = this.#options;
    try {
      const claimed = new Map((await store.renew(this.#claim)).map(({ id, isCancelled }) => [id, isCancelled]));
      // What has finished meanwhile has no claim any more.
      for (const id of before.filter((known) => this.#kept.has(known))) {
        if (!claimed.has(id)) this.#lose(id, onLost);
        else if (claimed.get(id) === true) onCancelled(id);
      }
    } catch (error) {
      // What keeps state logs its own failures, once each.
      const level = error instanceof HarnessError ? 'debug' : 'error';
      log[level]('the responses that are being made could not be looked after', { error });
    }
  }

  #lose(id: string, onLost: (id: string) => void): void {
    this.#kept.delete(id);
    onLost(id);
  }
}
