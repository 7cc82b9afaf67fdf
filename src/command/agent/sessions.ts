import { EventPrinter } from './show-event.ts';
import { toShownEvent } from './session-events.ts';
import type { SessionsClient } from './sessions-client.ts';
import { withoutControls } from './without-controls.ts';

type Print = (text: string) => void;

/** A line for each session, the newest first. */
export async function listSessionsCommand(client: SessionsClient, print: Print): Promise<void> {
  let isEmpty = true;
  for await (const { id, agent, status, created_at: createdAt, title, machine } of client.list()) {
    isEmpty = false;
    const at = createdAt.slice(0, 16).replace('T', ' ');
    const columns = [id, agent.id.padEnd(12), status.padEnd(10), at, title ?? ''];
    if (machine !== undefined) columns.push(`[on ${machine}]`);
    print(`${withoutControls(columns.join('  ')).trimEnd()}\n`);
  }
  if (isEmpty) print('There are no sessions.\n');
}

/** All that was said and done in a session. */
export async function showSessionCommand(client: SessionsClient, id: string, print: Print): Promise<void> {
  const printer = new EventPrinter(print);
  for await (const event of client.events(id)) {
    const shown = toShownEvent(event);
    if (shown !== undefined) printer.show(shown);
  }
}

export async function removeSessionsCommand(
  client: SessionsClient,
  ids: readonly string[],
  print: Print,
): Promise<void> {
  for (const id of ids) {
    await client.delete(id);
    print(`${id} is deleted\n`);
  }
}
