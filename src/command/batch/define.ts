import type { Command } from 'commander';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { finish, onStandardError, print, serviceOf, withService, type ServiceOptions } from '../options.ts';
import type { BatchApi } from './batch-api.ts';

/** The commands about batches of the running service. What each is made of is loaded when it is asked for. */
export function defineBatchCommands(program: Command): void {
  const batch = program.command('batch').description('have many requests answered that nobody waits for');

  withService(batch.command('run'))
    .argument('<file>', 'requests, one a line, as of OpenAI’s batches or Anthropic’s Message Batches')
    .requiredOption('--out <file>', 'where the results go, one a line')
    .description(
      'run a file of requests and wait for the results; called again, it goes on with the same batch; exit 1 when some were not answered',
    )
    .action(async (input: string, { out, ...options }: ServiceOptions & { out: string }) => {
      const { runBatchCommand } = await import('./run.ts');
      const progress = onStandardError;
      finish(await runBatchCommand({ apis: await apisOf(options), input, out, print, progress, wait }));
    });

  withService(batch.command('ls'))
    .description('list batches, the newest first')
    .action(async (options: ServiceOptions) => {
      const { listBatchesCommand } = await import('./batches.ts');
      await listBatchesCommand(Object.values(await apisOf(options)), print);
    });

  withService(batch.command('get'))
    .argument('<id>')
    .description('print all that is known of one')
    .action(async (id: string, options: ServiceOptions) => {
      const { showBatchCommand } = await import('./batches.ts');
      await showBatchCommand(await apiOf(id, options), id, print);
    });

  withService(batch.command('cancel'))
    .argument('<id>')
    .description('cancel what of one has not begun')
    .action(async (id: string, options: ServiceOptions) => {
      const { cancelBatchCommand } = await import('./batches.ts');
      await cancelBatchCommand(await apiOf(id, options), id, print);
    });

  withService(batch.command('results'))
    .argument('<id>')
    .option('--out <file>', 'where they go (default: standard output)')
    .description('write the results of one that is over')
    .action(async (id: string, { out, ...options }: ServiceOptions & { out?: string }) => {
      const { saveBatchCommand } = await import('./batches.ts');
      const write = (results: AsyncIterable<Uint8Array>): Promise<void> =>
        pipeline(Readable.from(results), process.stdout, { end: false });
      await saveBatchCommand(await apiOf(id, options), id, { out, write, progress: onStandardError });
    });
}

async function apisOf(options: ServiceOptions): Promise<{ anthropic: BatchApi; openai: BatchApi }> {
  const { MessageBatchApi } = await import('./message-batch-api.ts');
  const { OpenAiBatchApi } = await import('./openai-batch-api.ts');
  const service = serviceOf(options);
  return { anthropic: new MessageBatchApi(service), openai: new OpenAiBatchApi(service) };
}

/** The API whose batch it is, which its id tells. */
async function apiOf(id: string, options: ServiceOptions): Promise<BatchApi> {
  const { anthropic, openai } = await apisOf(options);
  return id.startsWith('msgbatch_') ? anthropic : openai;
}
