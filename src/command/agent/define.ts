import type { Command } from 'commander';
import { finish, print, serviceOf, withService, type ServiceOptions } from '../options.ts';
import type { Terminal } from './ask.ts';
import type { RunOptions } from './run.ts';
import type { SessionsClient } from './sessions-client.ts';

/** The commands about the agents of the running service. What each is made of is loaded when it is asked for. */
export function defineAgentCommands(program: Command): void {
  const agent = program.command('agent').description('have an agent of the running service do something');

  withService(agent.command('run'))
    .argument('<agent>', 'its name in the configuration')
    .argument('<prompt>', 'what it is to do')
    .description('run an agent in a new session, with live output; asks what it may do; exit 1 when it fails')
    .action(async (name: string, prompt: string, options: ServiceOptions) => {
      const { runAgentCommand } = await import('./run.ts');
      finish(await runAgentCommand(name, await runOptions(options, prompt)));
    });

  withService(program.command('permissions'))
    .description('answer what the agents of the running service ask, until Ctrl-C; needs a terminal')
    .action(async (options: ServiceOptions) => {
      const { permissionsCommand } = await import('./permissions.ts');
      finish(await permissionsCommand({ client: await sessionsClient(options), terminal: terminal(), print }));
    });

  const sessions = program.command('sessions').description("the sessions of the running service's agents");

  withService(sessions.command('ls', { isDefault: true }))
    .description('list them, the newest first')
    .action(async (options: ServiceOptions) => {
      const { listSessionsCommand } = await import('./sessions.ts');
      await listSessionsCommand(await sessionsClient(options), print);
    });

  withService(sessions.command('show'))
    .argument('<id>')
    .description('print all that was said and done in one')
    .action(async (id: string, options: ServiceOptions) => {
      const { showSessionCommand } = await import('./sessions.ts');
      await showSessionCommand(await sessionsClient(options), id, print);
    });

  withService(sessions.command('resume'))
    .argument('<id>')
    .argument('<prompt>', 'what the agent is to do next')
    .description('go on with one, as agent run does')
    .action(async (id: string, prompt: string, options: ServiceOptions) => {
      const { resumeSessionCommand } = await import('./run.ts');
      finish(await resumeSessionCommand(id, await runOptions(options, prompt)));
    });

  withService(sessions.command('fork'))
    .argument('<id>')
    .argument('<prompt>', 'what the agent is to do next')
    .description('go on from one in a new session, as where its transcript is lost')
    .action(async (id: string, prompt: string, options: ServiceOptions) => {
      const { forkSessionCommand } = await import('./run.ts');
      finish(await forkSessionCommand(id, await runOptions(options, prompt)));
    });

  withService(sessions.command('rm'))
    .argument('<id...>')
    .description('end and delete sessions, with all that was said in them')
    .action(async (ids: string[], options: ServiceOptions) => {
      const { removeSessionsCommand } = await import('./sessions.ts');
      await removeSessionsCommand(await sessionsClient(options), ids, print);
    });
}

async function sessionsClient(options: ServiceOptions): Promise<SessionsClient> {
  const { SessionsClient } = await import('./sessions-client.ts');
  return new SessionsClient(serviceOf(options));
}

async function runOptions(options: ServiceOptions, prompt: string): Promise<RunOptions> {
  const client = await sessionsClient(options);
  const untilStopped = (): Promise<unknown> => new Promise((resolve) => process.once('SIGINT', resolve));
  return { client, prompt, terminal: terminal(), print, untilStopped };
}

function terminal(): Terminal {
  return { input: process.stdin, output: process.stdout };
}
