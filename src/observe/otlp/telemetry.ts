import type { JournalSink } from '../../core/journal.ts';
import type { Pipeline, PipelineOptions } from './pipeline.ts';

/** Sends finished requests and metrics to an OpenTelemetry collector. Costs nothing until it is started. */
export class Telemetry {
  readonly #options: PipelineOptions;
  #pipeline: Promise<Pipeline> | undefined;

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  start(): void {
    this.#pipeline = this.#load();
    this.#pipeline.catch((error: unknown) => {
      this.#options.log.error('telemetry cannot be sent: its library could not be loaded', { error });
    });
  }

  /** Takes in every finished request for an answer from the start on. */
  readonly sink: JournalSink = (entry) => {
    this.#pipeline
      ?.then(({ sink }) => {
        sink(entry);
      })
      .catch((error: unknown) => {
        this.#options.log.debug('a finished request is missing from the telemetry', { error });
      });
  };

  /** Sends what waits, which takes seconds at most. */
  async stop(): Promise<void> {
    const pipeline = await this.#pipeline?.catch(() => undefined);
    await pipeline?.shutdown();
  }

  async #load(): Promise<Pipeline> {
    const { createPipeline } = await import('./pipeline.ts');
    return createPipeline(this.#options);
  }
}
