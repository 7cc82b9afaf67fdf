import { setTimeout as sleep } from 'node:timers/promises';
import { defaultConfig } from '../../config/schema.ts';
import { streamChat } from '../stream-chat.ts';
import type { RequestLog } from './request-log.ts';

const question = 'How does this answer get here?';

/** What the stand-in answers to the question. */
export const answer =
  'Your request arrived over HTTP as OpenAI’s chat API. A claude process was already waiting for it; the harness sent ' +
  'the conversation to its stdin and forwards each piece of this answer as it comes out, line by line. The process ' +
  'is emptied after this turn and serves the next one; another waits beside it.\n';

/** Prints the question, its answer as it streams, and the time of each stage. False when the answer failed. */
export async function showAnswer(url: string, log: RequestLog): Promise<boolean> {
  const health = await whenWarm(url);
  const cli = health.cli === null ? 'the claude CLI' : `claude ${health.cli.version} (${health.cli.path})`;
  console.log(`${cli}, answering through a stand-in for the API: no login, no internet.\n`);
  console.log(`you     ${question}`);
  process.stdout.write('claude  ');
  try {
    for await (const text of streamChat(url, { model: 'sonnet', messages: [{ role: 'user', content: question }] })) {
      process.stdout.write(text);
    }
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    console.error('Run `claude-harness doctor` to see what is missing.');
    return false;
  }
  console.log(await stages(log));
  return true;
}

interface Health {
  cli: { path: string; version: string } | null;
  processes: { warm: number };
}

/** Waits for the warm processes of the default model, so that the times do not include the start of the program. */
async function whenWarm(url: string): Promise<Health> {
  for (let tries = 0; ; tries += 1) {
    const health = (await (await fetch(`${url}/health`)).json()) as Health;
    if (health.processes.warm >= defaultConfig().pool.warm_per_model || tries === 50) return health;
    await sleep(100);
  }
}

async function stages(log: RequestLog): Promise<string> {
  const fields = await log.firstTurn;
  const rows = [
    ['read the request', fields['read_ms']],
    ['waited for a free turn', fields['queue_ms']],
    [`got a ${String(fields['process'])} process`, fields['acquire_ms']],
    ['sent the conversation', fields['feed_ms']],
    ['first token after', fields['first_token_ms']],
    ['complete after', fields['total_ms']],
  ];
  const lines = rows.map(([what, ms]) => `  ${String(what).padEnd(26)}${Number(ms).toFixed(1).padStart(8)} ms`);
  return `\n${lines.join('\n')}\n`;
}
