// The stand-in for the Messages API on the given port: answers at once, or slowly if the question asks for that, and
// refuses a token that contains `refused`. An agent that is asked to `Run: COMMAND` calls its shell with it. Prints a line for each request, with its token.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedRequest } from '../../src/stand-in/exchange.ts';
import { promptText } from '../../src/stand-in/prompt-text.ts';
import { startStandIn } from '../../src/stand-in/stand-in.ts';

const { url } = await startStandIn({
  port: Number(process.argv[2]),
  behaviour(request) {
    const token = tokenOf(request);
    const deltaEveryMs = slowness(promptText(request.body));
    console.log(`${token}, a word every ${deltaEveryMs} ms`);
    if (token.includes('refused')) return { kind: 'error', status: 401, message: 'Invalid bearer token' };
    const command = commandOf(request);
    if (command !== undefined) return { kind: 'answer', toolUses: [{ name: 'Bash', input: { command } }] };
    return { kind: 'answer', words: deltaEveryMs > 0 ? 40 : 5, deltaEveryMs };
  },
});
console.log(`listening on ${url}`);
await sleep(2 ** 31 - 1);

function slowness(question: string): number {
  if (question.includes('very slowly')) return 100;
  return question.includes('slowly') ? 40 : 0;
}

function tokenOf({ headers }: RecordedRequest): string {
  return headers.authorization?.replace(/^Bearer /, '') ?? 'none';
}

/** Not where the answer of the shell is the last thing that was said. */
function commandOf({ body }: RecordedRequest): string | undefined {
  const { messages = [] } = body as { messages?: { role: string; content: unknown }[] };
  const last = JSON.stringify(messages.findLast(({ role }) => role === 'user')?.content ?? '');
  const command = /Run: ((?:[^"\\]|\\.)*)"/.exec(last)?.[1];
  return command === undefined || last.includes('"tool_result"') ? undefined : (JSON.parse(`"${command}"`) as string);
}
