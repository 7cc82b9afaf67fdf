import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { featuresOf, type Feature, type ModelRequest } from './model-request.ts';
import { circumstanceOf, type Refusal } from './refused-feature.ts';

/** Far more than there are models; schemas are the clients', and there may be any number. */
const maxRefusals = 2000;

/** What models have refused, by their full name. In memory only, since a model may learn. */
export class RefusalMemory {
  readonly #refused = new LRUCache<string, true>({ max: maxRefusals });

  note(model: string, { feature, circumstance }: Refusal): void {
    this.#refused.set(keyOf(model, feature, circumstance), true);
  }

  /** What of a request its model is known to refuse. */
  of(model: string, request: ModelRequest): Feature[] {
    return featuresOf(request).filter(
      (feature) =>
        this.#refused.get(keyOf(model, feature, undefined)) === true ||
        this.#refused.get(keyOf(model, feature, circumstanceOf(feature, request))) === true,
    );
  }
}

function keyOf(model: string, feature: Feature, circumstance: string | undefined): string {
  const rest = circumstance === undefined ? 'ever' : createHash('sha256').update(circumstance).digest('base64');
  return `${model} ${feature} ${rest}`;
}
