import { Tokenizer, TokenParser, TokenType, TokenizerError, TokenParserError } from '@streamparser/json';
import { HarnessError } from '../core/errors.ts';

export interface JsonListOptions {
  /** The one field of the body, which holds the list. */
  field: string;
  maxItemBytes: number;
  /** Of an item's parts in each other: what comes after would run out of stack. */
  maxDepth: number;
}

/**
 * The items of a list that is the one field of a JSON object, as they come: of the body there is never more in memory than
 * an item, or what is read at once. Throws `INVALID_REQUEST`, which names the item, and what `source` throws.
 */
export async function* readJsonList(
  source: AsyncIterable<Uint8Array>,
  options: JsonListOptions,
): AsyncGenerator<unknown, void, undefined> {
  const list = new JsonList(options);
  for await (const bytes of source) yield* list.push(bytes);
  yield* list.end();
}

class JsonList {
  readonly #options: JsonListOptions;
  /** Without a buffer, each escape of a text makes a piece of its own, which is most of the work and of the garbage. */
  readonly #tokenizer = new Tokenizer({ stringBufferSize: 64 * 1024 });
  readonly #parser: TokenParser;
  /** Read and not handed on. */
  #items: unknown[] = [];
  /** Items that have been read altogether. */
  #count = 0;
  #depth = 0;
  #hasField = false;
  #previous: TokenType | undefined;
  /** Where in the body the item begins that is being read, or what is around the list; and what there was of the body. */
  #start = 0;
  #bytes = 0;

  constructor(options: JsonListOptions) {
    this.#options = options;
    this.#parser = new TokenParser({ paths: [`$.${options.field}.*`], keepStack: false });
    this.#parser.onValue = ({ value }) => {
      this.#items.push(value);
      this.#count += 1;
    };
    this.#tokenizer.onToken = (token) => {
      if (this.#depth <= 2) this.#start = token.offset;
      this.#checkPlace(token.token, token.value);
      if (this.#depth <= 2) this.#checkSize(token.offset);
      this.#parser.write(token);
      // What comes next is not the item's any more.
      if (this.#depth <= 2) this.#start = token.offset + 1;
    };
  }

  push(bytes: Uint8Array): unknown[] {
    this.#bytes += bytes.length;
    this.#parse(() => {
      this.#tokenizer.write(bytes);
    });
    this.#checkSize(this.#bytes);
    return this.#take();
  }

  end(): unknown[] {
    this.#parse(() => {
      if (!this.#tokenizer.isEnded) this.#tokenizer.end();
    });
    if (!this.#parser.isEnded) throw this.#notJson();
    if (!this.#hasField) throw this.#invalid('Field required');
    return this.#take();
  }

  #take(): unknown[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  #parse(step: () => void): void {
    try {
      step();
    } catch (reason) {
      // What is not UTF-8 is a TypeError.
      const isSyntax =
        reason instanceof TokenizerError || reason instanceof TokenParserError || reason instanceof TypeError;
      throw isSyntax ? this.#notJson(reason) : reason;
    }
  }

  /** Refuses, before it is kept, what is no item of the list. */
  #checkPlace(token: TokenType, value: unknown): void {
    const isOpening = token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET;
    if (this.#depth === 0 && token !== TokenType.LEFT_BRACE && !this.#parser.isEnded) {
      throw new HarnessError('INVALID_REQUEST', 'The request body must be a JSON object.');
    }
    if (this.#depth === 1) this.#checkField(token, value);
    if (isOpening) this.#depth += 1;
    else if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) this.#depth -= 1;
    if (this.#depth > this.#options.maxDepth + 2) {
      throw this.#invalid(`Nested too deeply; at most ${this.#options.maxDepth} levels are read`, this.#place);
    }
    this.#previous = token;
  }

  #checkField(token: TokenType, value: unknown): void {
    const { field } = this.#options;
    const isKey = token === TokenType.STRING && this.#previous !== TokenType.COLON;
    if (isKey && value !== field) throw this.#extra(String(value));
    if (isKey && this.#hasField) throw this.#invalid('Field may be given once');
    if (isKey) this.#hasField = true;
    if (this.#previous === TokenType.COLON && token !== TokenType.LEFT_BRACKET) {
      throw this.#invalid('Input should be a valid list');
    }
  }

  /** `until`: a place in the body. */
  #checkSize(until: number): void {
    if (until - this.#start > this.#options.maxItemBytes) throw this.#tooLarge();
  }

  /** The item that is being read. */
  get #place(): string {
    return `${this.#options.field}.${this.#count}`;
  }

  #notJson(cause?: unknown): HarnessError {
    const where = this.#hasField ? `, from ${this.#place} on` : '';
    return new HarnessError('INVALID_REQUEST', `The request body is not valid JSON${where}.`, { cause });
  }

  #tooLarge(): HarnessError {
    const problem = `Larger than server.body_limit allows for one request (${this.#options.maxItemBytes} bytes)`;
    return new HarnessError('BODY_TOO_LARGE', `${this.#place}: ${problem}`, { param: this.#place });
  }

  /** The name is the client's: one that is no field's name is not repeated. */
  #extra(name: string): HarnessError {
    return this.#invalid('Extra inputs are not permitted', /^\w{1,64}$/.test(name) ? name : 'body');
  }

  #invalid(problem: string, param = this.#options.field): HarnessError {
    return new HarnessError('INVALID_REQUEST', `${param}: ${problem}`, { param });
  }
}
