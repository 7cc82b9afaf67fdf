import type { Command } from 'commander';
import { ownEnvironment } from '../../process/environment.ts';
import { defaultStatePath } from '../../state/state-path.ts';
import { finish, load, onStandardError, print, withConfig, type ConfigOptions } from '../options.ts';

/** What the service keeps. */
export function defineStateCommands(program: Command): void {
  withConfig(program.command('state').description('what the service keeps').command('backup').argument('<folder>'))
    .description('copy the state file and the contents of files into a new folder, also while the service runs')
    .action(async (folder: string, options: ConfigOptions) => {
      const { backupCommand } = await import('./backup.ts');
      const { createLogger } = await import('../../observe/logger.ts');
      const { config } = load(options);
      const usualStatePath = defaultStatePath(ownEnvironment());
      finish(
        await backupCommand(folder, {
          config,
          usualStatePath,
          log: createLogger({ level: config.logging.level, format: 'pretty' }),
          print,
          progress: onStandardError,
        }),
      );
    });
}
