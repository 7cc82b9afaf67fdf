import fc from 'fast-check';

/** A router's file such as people write it. */
export interface AnyRouterFile {
  text: string;
  /** Names of its providers; of a list of models, the names of those. */
  names: string[];
}

const style = {
  shape: fc.constantFrom('map', 'list', 'model_list', 'models'),
  nesting: fc.nat(2),
  step: fc.constantFrom(1, 2, 3, 4),
  zeroIndent: fc.boolean(),
  dashWidth: fc.constantFrom(2, 2, 3, 4),
  spaced: fc.boolean(),
  quotes: fc.constantFrom('', "'", '"'),
  keyQuotes: fc.constantFrom('', '', '', '"'),
  url: fc.constantFrom('url', 'base_url', 'api_base', 'baseURL', 'api-url', 'endpoint'),
  suffix: fc.constantFrom('', '/', '/v1', '/v1/', '/api/v1/chat/completions'),
  key: fc.constantFrom('none', 'api_key_env: NAME', 'api_key: ${NAME}', 'apiKey: $NAME', 'token: sk-1234', 'some'),
  models: fc.constantFrom('none', 'flow', 'block', 'text', 'maps', 'map', 'aliases', 'default'),
  priority: fc.constantFrom('none', 'rising', 'falling', 'some'),
  flag: fc.constantFrom('none', 'enabled: true', 'enabled: yes', 'disabled: false', 'active: True', 'some'),
  extra: fc.constantFrom('none', 'none', '|', '|+', '>-', 'empty', 'map', 'quoted'),
  anchors: fc.boolean(),
  merged: fc.boolean(),
  lineBreak: fc.constantFrom('\n', '\r\n'),
  finalBreak: fc.boolean(),
  start: fc.constantFrom('', '', '---', '%YAML 1.1\n---'),
  end: fc.constantFrom('', '', '...'),
  after: fc.boolean(),
};

type Style = { [Key in keyof typeof style]: (typeof style)[Key] extends fc.Arbitrary<infer Value> ? Value : never };

const anyNames = fc.uniqueArray(
  fc.constantFrom('openai', 'groq', 'my provider', 'a.b', 'x-1', 'fallback', "o'neil", 'no', '12', 'anthropic'),
  { minLength: 1, maxLength: 4 },
);

/** Where comments and blank lines stand: each number decides for one line, and they are used again and again. */
const anyNoise = fc.array(fc.nat(39), { minLength: 1, maxLength: 60 });

export const anyRouterFile: fc.Arbitrary<AnyRouterFile> = fc
  .tuple(fc.record(style), anyNames, anyNoise)
  .map(([chosen, names, noise]) => new Writer(chosen, noise).write(names));

/** Such a file with a stretch of it replaced by something else. */
export const anyDamagedFile: fc.Arbitrary<string> = fc
  .tuple(anyRouterFile, fc.nat(), fc.nat(30), fc.string({ maxLength: 4 }))
  .map(([{ text }, at, length, put]) => {
    const offset = at % (text.length + 1);
    return text.slice(0, offset) + put + text.slice(offset + length);
  });

class Writer {
  readonly #style: Style;
  readonly #noise: number[];
  readonly #lines: string[] = [];
  #line = 0;
  #inScalar = false;

  constructor(chosen: Style, noise: number[]) {
    this.#style = chosen;
    this.#noise = noise;
  }

  write(names: string[]): AnyRouterFile {
    const { shape, nesting, step, zeroIndent, merged, after } = this.#style;
    const last = shape === 'model_list' ? 'model_list' : shape === 'models' ? 'models' : 'providers';
    const parents = ['router', last].slice(last === 'providers' ? -nesting : -Math.max(nesting, 1));
    const keys = last === 'providers' && nesting === 0 ? [] : parents;
    if (merged && keys.length > 0) this.#block(0, ['defaults: &defaults', '  timeout: 30', '  retries: [1, 2]']);
    keys.forEach((key, depth) => {
      this.#put(depth * step, `${key}:`);
    });
    const isList = shape !== 'map';
    const above = Math.max(keys.length - 1, 0) * step;
    const column = keys.length === 0 ? 0 : isList && zeroIndent ? above : above + step;
    names.forEach((name, index) => {
      if (index > 0 && this.#style.spaced) this.#lines.push('');
      this.#entry(name, index, names.length, column, keys.length > 0);
    });
    if (after && keys.length > 0) {
      this.#block(0, ['other:', '  - 1', '  - "two"']);
    }
    return { text: this.#text(), names };
  }

  #entry(name: string, index: number, count: number, column: number, mayMerge: boolean): void {
    const { shape, step, dashWidth, anchors, merged, keyQuotes, url, suffix, extra } = this.#style;
    const quoted = this.#quote(name);
    const address = this.#quote(`https://${index}.example${suffix}`);
    const anchor = anchors ? ` &a${index}` : '';
    if (shape === 'model_list') {
      const inner = column + dashWidth;
      this.#item(column, `model_name: ${quoted}`, anchor);
      this.#put(inner, 'litellm_params:');
      this.#put(inner + step, `model: openai/${name.replaceAll(' ', '')}`);
      if (index % 2 === 0) this.#put(inner + step, `api_base: ${address}`);
      this.#put(inner + step, 'api_key: os.environ/SOME_KEY');
      if (this.#style.priority !== 'none') this.#put(inner + step, `order: ${this.#priority(index, count)}`);
      this.#extra(extra, inner, step);
      return;
    }
    const inner = shape === 'map' ? column + step : column + dashWidth;
    if (shape === 'map') this.#put(column, `${this.#quoteKey(name)}:${anchor}`);
    else this.#item(column, `${keyQuotes}name${keyQuotes}: ${quoted}`, anchor);
    if (merged && mayMerge) this.#put(inner, '<<: *defaults');
    this.#put(inner, `${keyQuotes}${url}${keyQuotes}: ${address}`);
    if (shape === 'models') this.#put(inner, 'model: some-model');
    else this.#models(inner, step);
    this.#optional(this.#style.key.replace('NAME', 'SOME_KEY'), 'api_key: sk-1', index, inner);
    if (this.#style.priority !== 'none') this.#put(inner, `priority: ${this.#priority(index, count)}`);
    this.#optional(this.#style.flag, 'enabled: false', index, inner);
    this.#extra(extra, inner, step);
  }

  #optional(choice: string, some: string, index: number, column: number): void {
    if (choice === 'some' && index % 2 === 0) this.#put(column, some);
    else if (choice !== 'none' && choice !== 'some') this.#put(column, choice);
  }

  #models(column: number, step: number): void {
    const indent = this.#style.zeroIndent ? 0 : step;
    switch (this.#style.models) {
      case 'none':
        return;
      case 'flow':
        this.#put(column, `models: [${this.#quote('m1')}, m2]`);
        return;
      case 'text':
        this.#put(column, 'models: m1,m2');
        return;
      case 'block':
        this.#block(column, [
          'models:',
          ...['m1', 'm2'].map((model) => `${' '.repeat(indent)}- ${this.#quote(model)}`),
        ]);
        return;
      case 'maps':
        this.#block(column, ['models:', `${' '.repeat(indent)}-   id: m1`, `${' '.repeat(indent)}    context: 9`]);
        return;
      case 'map':
        this.#block(column, ['models:', `${' '.repeat(step)}m1: {}`, `${' '.repeat(step)}m2: {}`]);
        return;
      case 'aliases':
        this.#block(column, ['models:', `${' '.repeat(step)}m1: real-1`, `${' '.repeat(step)}m2: real-2`]);
        return;
      case 'default':
        this.#block(column, ['models:', `${' '.repeat(step)}default: ['m1', 'm2']`, `${' '.repeat(step)}fetch: true`]);
    }
  }

  #extra(extra: Style['extra'], column: number, step: number): void {
    const pad = ' '.repeat(step);
    if (extra === '|' || extra === '|+' || extra === '>-') {
      this.#block(column, [`notes: ${extra}`, `${pad}text: # no comment`, `${pad}  - more`], extra === '|+' ? 2 : 0);
      this.#inScalar = true;
    } else if (extra === 'empty') this.#put(column, 'notes:');
    else if (extra === 'map') this.#block(column, ['headers:', `${pad}x-a: 1`, `${pad}x-b: [1, {c: 2}]`]);
    else if (extra === 'quoted') this.#block(column, ['notes: "one', `${pad}two"`]);
  }

  #priority(index: number, count: number): number {
    if (this.#style.priority === 'some') return (index * 7) % 5;
    return this.#style.priority === 'rising' ? index + 1 : (count - index) * 10;
  }

  #quote(text: string): string {
    const { quotes } = this.#style;
    if (quotes === '"') return JSON.stringify(text);
    if (quotes === "'" || /^(no|\d+)$/.test(text)) return `'${text.replaceAll("'", "''")}'`;
    return text;
  }

  #quoteKey(text: string): string {
    return this.#style.keyQuotes === '"' || /^(no|\d+)$/.test(text) ? JSON.stringify(text) : text;
  }

  #item(column: number, text: string, anchor: string): void {
    const dash = '-'.padEnd(this.#style.dashWidth);
    if (anchor === '') this.#put(column, dash + text);
    else this.#block(column, [`-${anchor}`, ' '.repeat(this.#style.dashWidth) + text]);
  }

  /** A line of the file, with noise before and behind it. */
  #put(column: number, text: string): void {
    this.#block(column, [text]);
  }

  /** Lines that belong together: noise stands only around them. */
  #block(column: number, texts: readonly string[], blanks = 0): void {
    const noise = this.#noise[this.#line % this.#noise.length] ?? 0;
    this.#line += 1;
    // Behind a block scalar whatever is indented deeper would be its text.
    if (noise === 1) this.#lines.push('');
    else if (noise === 2) this.#lines.push('', '# a comment at the left');
    else if (noise === 3 && !this.#inScalar) this.#lines.push(`${' '.repeat(column)}# priority of what follows`);
    else if (noise === 4 && !this.#inScalar) this.#lines.push(`${' '.repeat(column + 2)}# deeper: [`, '');
    else if (noise === 5) this.#lines.push('   ');
    this.#inScalar = false;
    const behind = noise === 6 ? '   # behind' : noise === 7 ? '\t#x' : noise === 8 ? '  ' : '';
    texts.forEach((text, index) => {
      this.#lines.push(' '.repeat(column) + text + (texts.length === 1 && index === 0 ? behind : ''));
    });
    for (let count = 0; count < blanks; count += 1) this.#lines.push('');
  }

  #text(): string {
    const { start, end, finalBreak, lineBreak } = this.#style;
    const trailing = ['# the end', '  # the end, indented', ''].slice(0, (this.#noise[0] ?? 0) % 4);
    const lines = [...(start === '' ? [] : start.split('\n')), ...this.#lines];
    if (!this.#inScalar) lines.push(...trailing);
    if (end !== '') lines.push(end);
    // A block scalar that ends with the file has a line break more once something follows.
    return lines.join(lineBreak) + (finalBreak || this.#inScalar ? lineBreak : '');
  }
}
