import type { Response } from 'express';
import type { StreamFormat } from '../core/stream-format.ts';

/** More is not held back: the connection is to say whether it has room. */
const maxPendingChars = 16 * 1024;

export interface EventStreamOptions {
  /** After this long without an event the headers go out, and a sign of life each time it passes again. */
  silenceMs: number;
  format: StreamFormat;
  /** Called before the headers go out; nothing can be set after. */
  onOpen?: () => void;
}

/**
 * A server-sent event stream that holds its headers back until there is something to send, so that a failure before
 * that still has its own status.
 */
export class EventStream {
  readonly #res: Response;
  readonly #format: StreamFormat;
  readonly #onOpen: (() => void) | undefined;
  readonly #silence: NodeJS.Timeout;
  #pending = '';
  #flushing: NodeJS.Immediate | undefined;
  #room: Promise<void> | undefined;

  constructor(res: Response, { silenceMs, format, onOpen }: EventStreamOptions) {
    this.#res = res;
    this.#format = format;
    this.#onOpen = onOpen;
    this.#silence = setInterval(() => {
      this.#open();
      res.write(format.keepAlive);
    }, silenceMs);
    res.once('close', () => {
      clearInterval(this.#silence);
    });
  }

  /** Whether the status has been sent. */
  get opened(): boolean {
    return this.#res.headersSent;
  }

  /** Sends the headers at once: its client waits for what happens, and may have to know that it is being told. */
  open(): void {
    this.#open();
    this.#res.flushHeaders();
  }

  /** Sends events; settles when the client has room for more, or is gone. */
  async send(events: readonly object[]): Promise<void> {
    if (events.length === 0) return;
    let text = '';
    for (const event of events) text += this.#format.toFrame(event);
    await this.#write(text);
  }

  /** Ends a stream that is complete. */
  async done(): Promise<void> {
    if (this.#format.end !== '') await this.#write(this.#format.end);
    this.#flush();
    this.close();
  }

  /** Ends what was opened; a request whose stream was not is answered otherwise. */
  close(): void {
    clearInterval(this.#silence);
    clearImmediate(this.#flushing);
    if (!this.opened) return;
    this.#flush();
    this.#res.end();
  }

  async #write(text: string): Promise<void> {
    const res = this.#res;
    if (res.destroyed) return;
    this.#pending += text;
    this.#flushing ??= setImmediate(() => {
      this.#flush();
    });
    if (!this.opened || this.#pending.length > maxPendingChars) this.#flush();
    if (res.writableNeedDrain) await (this.#room ??= this.#untilRoom());
  }

  /** One wait for all who write: the choices of one request share the stream. */
  async #untilRoom(): Promise<void> {
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        this.#res.off('drain', settle).off('close', settle);
        resolve();
      };
      this.#res.on('drain', settle).on('close', settle);
    });
    this.#room = undefined;
  }

  /** The first event goes out at once, those of one turn of the event loop together: a write costs more than an event. */
  #flush(): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    const text = this.#pending;
    this.#pending = '';
    if (text === '' || this.#res.destroyed) return;
    this.#silence.refresh();
    this.#open();
    this.#res.write(text);
  }

  #open(): void {
    if (this.opened) return;
    this.#onOpen?.();
    this.#res.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
  }
}
