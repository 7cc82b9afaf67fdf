import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { createDeferred } from '../../util/deferred.ts';
import { onAbort } from '../../util/on-abort.ts';
import { liftBodyTime } from '../body-time.ts';
import { discardRest } from './discard-rest.ts';
import * as errors from './form-errors.ts';

/** Few: the APIs know three fields. */
const limits = { fieldSize: 1024, fields: 20, files: 1, parts: 24, headerPairs: 20, headerSize: 8192 };
/** What may come besides the content of the file. */
const maxOverheadBytes = 1024 ** 2;
/** A large file on a slow line. */
const longestMs = 6 * 60 * 60_000;
/** Of some broken forms the parser says neither that they are complete nor that they are not (@fastify/busboy 3.2.6). */
const settleMs = 500;

export interface FormOptions {
  /** Called with each field as it comes; what it throws is what the form fails with. */
  onField: (name: string, value: string) => void;
  /** Aborts when the client leaves, or the service ends. */
  signal: AbortSignal;
  /** How long nothing may come. */
  idleMs?: number;
}

/** The file of a form. */
export interface FormFile {
  /** As it was sent; empty where it has none. */
  filename: string;
  type: string;
  /** Ends when the whole form has come, so that its fields are known then. Throws where it does not come as it should. */
  content: AsyncIterable<Uint8Array>;
}

/**
 * Reads a form with one file, which is given as it begins. Nothing of the file is held but a few pieces: whoever reads it
 * sets the pace. Throws `UNSUPPORTED_MEDIA_TYPE`, `INVALID_REQUEST`, `BODY_TOO_LARGE`, `ABORTED`, and what `onField` throws.
 */
export async function readForm(req: IncomingMessage, options: FormOptions): Promise<FormFile> {
  const parser = createParser(req);
  return new Form(req, parser, options).file;
}

function createParser({ headers }: IncomingMessage): BusboyInstance {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers;
  if (!/^multipart\/form-data\s*;/i.test(type) || encoding !== 'identity') throw errors.notMultipart();
  try {
    return new Busboy({
      headers: headers as BusboyHeaders,
      limits,
      preservePath: true,
      isPartAFile: (name, _type, filename) => name === 'file' || filename !== undefined,
    });
  } catch {
    throw errors.notMultipart();
  }
}

class Form {
  readonly #req: IncomingMessage;
  readonly #parser: BusboyInstance;
  readonly #begun = createDeferred<FormFile>();
  readonly #ended = createDeferred<undefined>();
  readonly #names = new Set<string>();
  readonly #idleTimer: NodeJS.Timeout;
  readonly #timer: NodeJS.Timeout;
  #stopListening: () => void = () => undefined;
  #stream: Readable | undefined;
  #settleTimer: NodeJS.Timeout | undefined;
  /** Whether somebody works on a piece of the file. */
  #isHeld = false;
  #wasStuck = false;
  #received = 0;
  #ofFile = 0;
  #outcome: 'complete' | { failure: unknown } | undefined;

  constructor(req: IncomingMessage, parser: BusboyInstance, { onField, signal, idleMs = 60_000 }: FormOptions) {
    this.#req = req;
    this.#parser = parser;
    // Whoever reads the file learns of its failure from there.
    this.#ended.promise.catch(() => undefined);
    const stopped = (): void => {
      this.#fail(errors.formStopped(idleMs));
    };
    this.#idleTimer = setTimeout(() => {
      // Whoever works on a piece keeps the client from sending the next one.
      if (this.#isHeld) this.#idleTimer.refresh();
      else stopped();
    }, idleMs);
    this.#timer = setTimeout(stopped, longestMs);
    this.#listen(onField);
    req.on('data', this.#count);
    req.once('close', this.#onClose);
    this.#settleTimer = setInterval(() => {
      this.#watchParser();
    }, settleMs);
    this.#stopListening = onAbort(signal, () => {
      this.#fail(signal.reason);
    });
    liftBodyTime(req);
    if (this.#outcome === undefined) req.pipe(parser);
  }

  get file(): Promise<FormFile> {
    return this.#begun.promise;
  }

  #listen(onField: FormOptions['onField']): void {
    this.#parser
      .on('file', (name: string | undefined, stream, filename: string | undefined, _encoding, type) => {
        if (name !== 'file') {
          this.#fail(errors.notOneFile('A part of the form has a filename, and another name than "file"'));
          return;
        }
        this.#stream = stream;
        // Its failure reaches whoever reads it, if anybody does.
        stream.on('error', () => undefined);
        this.#begun.resolve({ filename: filename ?? '', type, content: this.#content(stream) });
      })
      .on('field', (name: string | undefined, value, _nameCut, isCut) => {
        this.#attempt(() => {
          this.#takeField(name ?? '', value, isCut);
          onField(name ?? '', value);
        });
      })
      .on('filesLimit', () => {
        this.#fail(errors.notOneFile('The form has several files'));
      })
      .on('partsLimit', this.#onTooLarge)
      .on('fieldsLimit', this.#onTooLarge)
      .on('error', (cause) => {
        this.#fail(errors.brokenForm(cause));
      })
      .on('finish', () => {
        if (this.#stream === undefined) this.#fail(errors.notOneFile('The form has no file'));
        else this.#complete();
      });
  }

  readonly #onTooLarge = (): void => {
    this.#fail(errors.formTooLarge());
  };

  readonly #onClose = (): void => {
    if (!this.#req.complete) this.#fail(errors.clientLeft());
  };

  readonly #count = (piece: Buffer): void => {
    this.#idleTimer.refresh();
    this.#received += piece.length;
    if (this.#received - this.#ofFile > maxOverheadBytes) this.#fail(errors.formTooLarge());
  };

  /** Gives up where the parser has all that it gets, nobody works on what it gave, and still nothing follows. */
  #watchParser(): void {
    const { readableEnded } = this.#req;
    const { writableNeedDrain, writableLength } = this.#parser;
    const hasInput = readableEnded || writableNeedDrain || writableLength > 0;
    const isStuck = hasInput && !this.#isHeld && (this.#stream?.readableLength ?? 0) === 0;
    if (isStuck && this.#wasStuck) this.#fail(errors.brokenForm());
    this.#wasStuck = isStuck;
  }

  #takeField(name: string, value: string, isCut: boolean): void {
    const shown = /^[\w.[\]-]{1,64}$/.test(name) ? name : '?';
    if (isCut || value.length > limits.fieldSize) throw errors.fieldTooLong(shown);
    if (this.#names.has(name)) throw errors.repeatedField(shown);
    this.#names.add(name);
  }

  async *#content(stream: Readable): AsyncGenerator<Uint8Array, void, void> {
    try {
      for await (const piece of stream as AsyncIterable<Buffer>) {
        this.#ofFile += piece.length;
        this.#isHeld = true;
        yield piece;
        this.#isHeld = false;
        this.#idleTimer.refresh();
      }
      await this.#ended.promise;
    } catch (error) {
      throw this.#failure(error);
    } finally {
      // Of no consequence where the form is complete.
      this.#fail(errors.brokenForm());
    }
  }

  /** Why the form failed, where it has: its file then was cut off in the middle. */
  #failure(error: unknown): unknown {
    if (typeof this.#outcome === 'object') return this.#outcome.failure;
    return errors.brokenForm(error);
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
  }

  #complete(): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = 'complete';
    this.#release();
    this.#ended.resolve(undefined);
  }

  #fail(failure: unknown): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = { failure };
    this.#release();
    this.#req.unpipe(this.#parser);
    this.#begun.reject(failure);
    this.#ended.reject(failure);
    this.#stream?.destroy();
    this.#parser.destroy();
    discardRest(this.#req);
  }

  #release(): void {
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#timer);
    clearInterval(this.#settleTimer);
    this.#stopListening();
    this.#req.off('data', this.#count);
    this.#req.off('close', this.#onClose);
  }
}
