/**
 * The stand-in for the Messages API as a process of its own, so that its work is in no other process's CPU time. Prints
 * its URL, and ends with its standard input, so that it does not outlive a bench that was killed.
 */
import { startStandIn } from '../src/stand-in/stand-in.ts';
import { promptText } from '../src/stand-in/prompt-text.ts';

const standIn = await startStandIn({
  // `Say 200 words` gets an answer of 200 deltas, `Say the time` one with the moment, `Run a command` a call of the shell;
  // anything else the usual short one.
  behaviour: ({ body }) => {
    const prompt = promptText(body);
    if (/\bRun a command\b/.test(prompt) && !hasResult(body)) {
      return { kind: 'answer', toolUses: [{ name: 'Bash', input: { command: 'true' } }] };
    }
    if (/\bSay the time\b/.test(prompt))
      return { kind: 'answer', text: `0@${(performance.now() / 1000).toFixed(6)} s` };
    const words = /\bSay (\d+) words\b/.exec(prompt)?.[1];
    return { kind: 'answer', ...(words === undefined ? {} : { words: Number(words) }) };
  },
  keepRequests: 1,
});

function hasResult(body: unknown): boolean {
  return JSON.stringify(body).includes('"tool_result"');
}

process.stdin.resume().once('end', () => {
  void standIn.stop();
});
console.log(standIn.url);
