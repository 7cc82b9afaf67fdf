import { type Command, Option } from 'commander';
import { uploadPurposes } from '../../dialect/openai-files/file-schema.ts';
import { finish, onStandardError, print, serviceOf, withService, type ServiceOptions } from '../options.ts';
import type { FilesSurroundings } from './files.ts';

const surroundings: FilesSurroundings = { print, progress: onStandardError };

/** Files of this client, over the running service. */
export function defineFileCommands(program: Command): void {
  const files = program.command('files').description('list, send, fetch and remove files that the service keeps');
  withService(files.command('ls'))
    .description('list the files of this token (HARNESS_TOKEN)')
    .option('--json', 'print all that is known of them', false)
    .action(async ({ json, ...options }: ServiceOptions & { json: boolean }) => {
      const { listFiles } = await import('./files.ts');
      finish(await listFiles(serviceOf(options), json, surroundings));
    });
  withService(files.command('put').argument('<path>', 'a file of this machine'))
    .description('send a file; prints its id')
    .addOption(new Option('--purpose <purpose>', 'what it is for').choices(uploadPurposes).default('user_data'))
    .action(async (path: string, { purpose, ...options }: ServiceOptions & { purpose: string }) => {
      const { putFile } = await import('./files.ts');
      finish(await putFile(serviceOf(options), path, purpose, surroundings));
    });
  withService(files.command('get').argument('<id>', 'of a file'))
    .description('fetch the content of a file; prints where it is')
    .option('--output <path>', 'where it goes (default: its name, in this folder)')
    .action(async (id: string, { output, ...options }: ServiceOptions & { output?: string }) => {
      const { getFile } = await import('./files.ts');
      finish(await getFile(serviceOf(options), id, output, surroundings));
    });
  withService(files.command('rm').argument('<ids...>', 'of files'))
    .description('delete files')
    .action(async (ids: string[], options: ServiceOptions) => {
      const { removeFiles } = await import('./files.ts');
      finish(await removeFiles(serviceOf(options), ids, surroundings));
    });
}
