import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  cancelBatchCommand,
  listBatchesCommand,
  saveBatchCommand,
  showBatchCommand,
} from '../../../src/command/batch/batches.ts';
import { MessageBatchApi } from '../../../src/command/batch/message-batch-api.ts';
import { OpenAiBatchApi } from '../../../src/command/batch/openai-batch-api.ts';
import { runBatchCommand } from '../../../src/command/batch/run.ts';
import { createBatchFiles } from '../../../src/exchange/batch-files.ts';
import { MemoryBatches } from '../../support/batches/memory-batches.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { listen, testApp, type Listening } from '../../http/test-app.ts';

const messages = [{ role: 'user', content: 'Hello' }];
const anthropicLine = (custom_id: string) => ({ custom_id, params: { model: 'haiku', max_tokens: 9, messages } });
const openAiLine = (custom_id: string) => ({
  custom_id,
  method: 'POST',
  url: '/v1/chat/completions',
  body: { model: 'haiku', messages },
});

let folder: string;
let batches: MemoryBatches;
let listening: Listening;
let apis: { anthropic: MessageBatchApi; openai: OpenAiBatchApi };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'batch-command-'));
  batches = new MemoryBatches();
  const files = memoryFiles();
  batches.finish = createBatchFiles(files);
  listening = await listen(testApp(undefined, { batches, files }).app);
  apis = { anthropic: new MessageBatchApi(listening), openai: new OpenAiBatchApi(listening) };
});
afterEach(async () => {
  await listening.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string) => join(folder, name);
const input = (...lines: (object | string)[]) => {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  writeFileSync(at('in.jsonl'), text);
};
const idOf = () => batches.kept[0]?.batch.id ?? '';

interface Ran {
  exitCode: number;
  text: string;
  /** What was shown beside the text, of how far the batch is. */
  shown: string;
}

/** `onWait`: what happens between two questions how far the batch is. */
async function run(onWait: (time: number) => Promise<unknown>, isTerminal = false): Promise<Ran> {
  let text = '';
  let shown = '';
  let times = 0;
  let ticks = 0;
  const write = (more: string): void => {
    shown += more;
  };
  const exitCode = await runBatchCommand({
    apis,
    input: at('in.jsonl'),
    out: at('out.jsonl'),
    progress: { write, isTerminal, ticks: () => (ticks += 2000) },
    wait: () => onWait((times += 1)),
    print: (more) => {
      text += more;
    },
  });
  return { exitCode, text, shown };
}

const idsOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { custom_id: string }).custom_id);

describe.each([
  ['Anthropic’s', anthropicLine, 'processing_status'],
  ['OpenAI’s', openAiLine, 'status'],
] as const)('batch run with requests as of %s', (_whose, line, statusField) => {
  it('runs them and writes the results when all have ended', async () => {
    input(line('a'), '', line('b'));
    const { exitCode, text } = await run(() => batches.end(idOf(), 'succeeded'));
    expect(exitCode).toBe(0);
    expect(idsOf(at('out.jsonl'))).toEqual(['a', 'b']);
    expect(text).toContain(`batch ${idOf()}`);
    expect(text).toContain('2 of 2 requests were answered');
    expect(existsSync(at('out.jsonl.batch'))).toBe(false);
    expect(existsSync(at('out.jsonl.part'))).toBe(false);
  });

  it('says by its exit code that some were not answered, whose lines are there too', async () => {
    input(line('a'), line('b'));
    const { exitCode, text } = await run(() => batches.end(idOf(), 'succeeded', 'errored'));
    expect({ exitCode, ids: idsOf(at('out.jsonl')) }).toEqual({ exitCode: 1, ids: ['a', 'b'] });
    expect(text).toContain('1 of 2 requests were answered');
  });

  it('goes on with its batch where it was ended', async () => {
    input(line('a'));
    const ended = new Error('Ctrl-C');
    await expect(run(() => Promise.reject(ended))).rejects.toBe(ended);
    expect(existsSync(at('out.jsonl'))).toBe(false);
    const id = idOf();
    await batches.end(id, 'succeeded');
    expect((await run(() => Promise.reject(ended))).exitCode).toBe(0);
    expect(batches.kept).toHaveLength(1);
    expect(idsOf(at('out.jsonl'))).toEqual(['a']);
  });

  it('goes on with no batch of other requests', async () => {
    input(line('a'));
    await expect(run(() => Promise.reject(new Error('Ctrl-C')))).rejects.toThrow();
    input(line('b'));
    await expect(run(() => Promise.resolve())).rejects.toThrow(/out\.jsonl\.batch is about a batch of other requests/);
    expect(batches.kept).toHaveLength(1);
  });

  it('writes over no results', async () => {
    input(line('a'));
    writeFileSync(at('out.jsonl'), 'dear results\n');
    await expect(run(() => Promise.resolve())).rejects.toThrow(/exists already/);
    expect({ batches: batches.kept, text: readFileSync(at('out.jsonl'), 'utf8') }).toEqual({
      batches: [],
      text: 'dear results\n',
    });
  });

  it('waits for a service that is away for a moment, and gives up on a batch that is gone', async () => {
    input(line('a'));
    const get = batches.get.bind(batches);
    let fails = true;
    batches.get = (...how) => (fails ? Promise.reject(new Error('it starts')) : get(...how));
    const { exitCode, shown } = await run(async () => {
      fails = false;
      await batches.end(idOf(), 'succeeded');
    });
    expect(exitCode).toBe(0);
    expect(shown).toContain('waiting: ');

    rmSync(at('out.jsonl'));
    await expect(
      run(() => {
        batches.kept.length = 0;
        return Promise.resolve();
      }),
    ).rejects.toThrow(/Remove .*out\.jsonl\.batch to begin anew/);
  });

  it('is listed, shown, cancelled, and its results are written once it is over', async () => {
    input(line('a'));
    await expect(run(() => Promise.reject(new Error('Ctrl-C')))).rejects.toThrow();
    const api = line === anthropicLine ? apis.anthropic : apis.openai;
    let text = '';
    const print = (more: string): void => {
      text += more;
    };
    await listBatchesCommand(Object.values(apis), print);
    expect(text).toMatch(new RegExp(`${idOf()}  ${api.name} +in_progress .* 0 +0 +1\n$`));
    text = '';
    await showBatchCommand(api, idOf(), print);
    expect(JSON.parse(text)).toMatchObject({ id: idOf(), [statusField]: 'in_progress' });
    text = '';
    await cancelBatchCommand(api, idOf(), print);
    expect(text).toMatch(/^cancell?ing\n$/);

    const progress = { write: () => undefined, isTerminal: false, ticks: () => 0 };
    const write = async (results: AsyncIterable<Uint8Array>) => {
      for await (const bytes of results) text += Buffer.from(bytes).toString();
    };
    await expect(saveBatchCommand(api, idOf(), { out: undefined, write, progress })).rejects.toThrow(/once it is over/);
    await batches.end(idOf(), 'canceled');
    text = '';
    await saveBatchCommand(api, idOf(), { out: undefined, write, progress });
    expect(JSON.parse(text)).toMatchObject({ custom_id: 'a' });
    await saveBatchCommand(api, idOf(), { out: at('saved.jsonl'), write, progress });
    expect(readFileSync(at('saved.jsonl'), 'utf8')).toBe(text);
  });
});

describe('batch run', () => {
  it('says which requests are wrong', async () => {
    input(openAiLine('a'), { ...openAiLine('b'), method: 'GET' });
    const { exitCode, text } = await run(() => Promise.resolve());
    expect(exitCode).toBe(1);
    expect(text).toContain('in.jsonl, line 2: method must be POST.');
    expect([at('out.jsonl'), at('out.jsonl.batch')].map((path) => existsSync(path))).toEqual([false, false]);

    input(anthropicLine('a'), anthropicLine('b c'));
    await expect(run(() => Promise.resolve())).rejects.toThrow(/requests\.1\.custom_id/);
    input(anthropicLine('a'), '}{');
    await expect(run(() => Promise.resolve())).rejects.toThrow(/in\.jsonl, line 2: this is not valid JSON/);
    input('{"prompt":"Hello"}');
    await expect(run(() => Promise.resolve())).rejects.toThrow(/is not a file of requests/);
  });

  it('draws a bar on a terminal, which shows how far a batch of Anthropic’s is too', async () => {
    input(anthropicLine('a'), anthropicLine('b'));
    const { shown } = await run(async (time) => {
      const [kept] = batches.kept;
      if (kept === undefined) throw new Error('there is no batch');
      if (time > 1) return batches.end(idOf(), 'succeeded');
      kept.batch = { ...kept.batch, counts: { ...kept.batch.counts, processing: 1, succeeded: 1 } };
      return undefined;
    }, true);
    const drawn = shown.split('\r\u001B[K');
    expect(drawn).toContain(`[${'-'.repeat(30)}] 0/2 in_progress`);
    expect(drawn).toContain(`[${'#'.repeat(15)}${'-'.repeat(15)}] 1/2 in_progress`);
    expect(drawn.at(-1)).toBe('');
  });

  it('shows how much of a file has been sent, and of the results has come', async () => {
    input(openAiLine('a'));
    const { shown } = await run(() => batches.end(idOf(), 'succeeded'));
    expect(shown).toMatch(/^sent: 100% of \d+B\n0\/1 in_progress\nresults: \d+B\n$/);
  });
});
