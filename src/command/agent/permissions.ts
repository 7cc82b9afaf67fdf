import { setTimeout as sleep } from 'node:timers/promises';
import type { Terminal } from './ask.ts';
import { PermissionPrompts } from './permission-prompts.ts';
import { followPermissions } from './permission-stream.ts';
import type { SessionsClient } from './sessions-client.ts';

export interface PermissionsOptions {
  client: SessionsClient;
  terminal: Terminal;
  print: (text: string) => void;
  /** Rejects when the signal aborts. */
  wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Asks the person at the terminal about all that agents ask for, until they leave at a prompt (Ctrl-C or Ctrl-D). Others
 * may answer too, and the first answer counts. Returns the exit code.
 */
export async function permissionsCommand({
  client,
  terminal,
  print,
  wait = (ms, signal) => sleep(ms, undefined, { signal }),
}: PermissionsOptions): Promise<number> {
  if (terminal.input.isTTY !== true) throw noTerminal();
  const leaving = new AbortController();
  const prompts = new PermissionPrompts({ client, terminal, print, wait, leaving });
  // What is typed before there is a question is no answer to it.
  terminal.input.on('data', () => undefined);
  let isFirst = true;
  try {
    for await (const event of followPermissions({ client, print, wait, signal: leaving.signal })) {
      if (event.type === 'connected')
        print(isFirst ? 'Waiting for what agents ask; Ctrl-C ends it.\n' : 'Connected.\n');
      isFirst = false;
      prompts.take(event);
    }
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
  }
  return 0;
}

function noTerminal(): Error {
  const message =
    'Nobody can be asked here: the input is not a terminal. Programs answer over POST /permissions/{id}/respond (docs/api.md).';
  return new Error(message, { cause: 'no terminal' });
}
