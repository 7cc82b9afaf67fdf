import type { LogFields, Logger } from '../../core/logger.ts';

/** Keeps the access log's fields of the first turn, for the table of stages; prints requests once `print` is set. */
export class RequestLog implements Logger {
  print = false;
  #settle!: (fields: LogFields) => void;
  readonly firstTurn = new Promise<LogFields>((resolve) => {
    this.#settle = resolve;
  });

  debug(): void {
    // The demo shows turns; details are for the service's own log.
  }

  info(message: string, fields: LogFields = {}): void {
    if (this.print) console.log(message);
    if ('first_token_ms' in fields) this.#settle(fields);
  }

  warn(message: string, fields: LogFields = {}): void {
    console.error(message, fields['reason'] ?? '');
  }

  error(message: string, fields: LogFields = {}): void {
    console.error(message, fields['reason'] ?? fields['error'] ?? '');
  }
}
