import type { RequestHandler } from 'express';
import { HarnessError } from '../../../core/errors.ts';
import { ownerCommands, type OwnerCommand } from '../../../core/owner-controls.ts';
import type { Route, RouteServices } from '../route.ts';
import { ownerRoute } from './owner-route.ts';
import type { WireCommandRun } from './owner-schema.ts';
import { commandBody, readBodyAs } from './request-schema.ts';

/** The few commands of the `claude` program that only report, and `models`, which it has not. */
export const executeRoute: Route = ownerRoute({
  method: 'post',
  path: '/execute',
  hasBody: true,
  handle: execute,
  operation: 'execute',
});

/** Other ways to write a command. */
const aliases: Readonly<Record<string, string>> = { '--version': 'version', 'auth status --json': 'auth status' };

function execute({ owner, backend }: RouteServices): RequestHandler {
  return async (req, res) => {
    if (!owner.allows.execute) {
      throw new HarnessError('SWITCHED_OFF', 'Commands over HTTP are off; their owner sets admin.execute to true.');
    }
    const { command, args, timeout } = readBodyAs(commandBody, req.body);
    const written = [command, ...args].join(' ').trim();
    const meant = aliases[written] ?? written;
    if (meant === 'models') {
      const output = (await backend.models()).map(({ id }) => `${id}\n`).join('');
      const run: WireCommandRun = { command: meant, status: 'success', returncode: 0, output, error: '' };
      res.json(run);
      return;
    }
    if (!isOwnerCommand(meant)) throw notAllowed();
    const { status, exitCode, stdout, stderr } = await owner.controls.run(meant, timeout * 1000);
    const run: WireCommandRun = { command: meant, status, returncode: exitCode ?? null, output: stdout, error: stderr };
    res.json(run);
  };
}

function isOwnerCommand(command: string): command is OwnerCommand {
  return (ownerCommands as readonly string[]).includes(command);
}

function notAllowed(): HarnessError {
  const message = 'command: expected version, auth status, models or doctor, without other arguments.';
  return new HarnessError('INVALID_REQUEST', message, { param: 'command' });
}
