import type { Terminal } from './ask.ts';
import { converse } from './converse.ts';
import type { SessionsClient } from './sessions-client.ts';

export interface RunOptions {
  client: SessionsClient;
  prompt: string;
  terminal: Terminal;
  print: (text: string) => void;
  /** Settles each time the person asks to stop. */
  untilStopped: () => Promise<unknown>;
}

/** Has an agent do something in a new session, which stays. Returns the exit code. */
export async function runAgentCommand(agent: string, options: RunOptions): Promise<number> {
  const { id } = await options.client.create(agent);
  options.print(`session ${id}\n`);
  return runInSession(id, options);
}

/** Goes on with a session. Returns the exit code: 0 when the turn went well. */
export async function resumeSessionCommand(id: string, options: RunOptions): Promise<number> {
  await options.client.get(id);
  return runInSession(id, options);
}

/** Goes on from a session in a new one, which stays. Returns the exit code. */
export async function forkSessionCommand(source: string, options: RunOptions): Promise<number> {
  const { id } = await options.client.fork(source);
  options.print(`session ${id}\n`);
  return runInSession(id, options);
}

/** The first request to stop interrupts the agent, the second one leaves it. */
async function runInSession(
  id: string,
  { client, prompt, terminal, print, untilStopped }: RunOptions,
): Promise<number> {
  const leaving = new AbortController();
  const stopping = untilStopped().then(async () => {
    void untilStopped().then(() => {
      leaving.abort();
    });
    print('\nInterrupting; once more to leave.\n');
    await client.send(id, { type: 'user.interrupt' });
  });
  const talking = converse({ client, id, terminal, print, signal: leaving.signal }, prompt);
  try {
    // A failed interruption ends it; a successful one leaves the end to the agent.
    const isWell = await Promise.race([talking, stopping.then(() => talking)]);
    return isWell ? 0 : 1;
  } catch (error) {
    if (leaving.signal.aborted) return 130;
    throw error;
  }
}
