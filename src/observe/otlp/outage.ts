import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { Logger } from '../../core/logger.ts';

/** What sends telemetry, whatever its kind. */
export interface Exporter<Data> {
  export(data: Data, done: (result: ExportResult) => void): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Logs once that telemetry can't be sent, and once that it can again, however often that is tried. */
export class Outage {
  readonly #log: Logger;
  #lasts = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  watch<Data>(exporter: Exporter<Data>): Exporter<Data> {
    return {
      export: (data, done) => {
        exporter.export(data, (result) => {
          this.#note(result);
          done(result);
        });
      },
      forceFlush: () => exporter.forceFlush(),
      shutdown: () => exporter.shutdown(),
    };
  }

  #note({ code, error }: ExportResult): void {
    const failed = code === ExportResultCode.FAILED;
    if (failed === this.#lasts) return;
    this.#lasts = failed;
    if (failed) {
      const message = 'telemetry cannot be sent to observe.otlp_endpoint, and is lost until it can';
      this.#log.warn(message, { reason: error?.message });
    } else {
      this.#log.info('telemetry is sent again');
    }
  }
}
