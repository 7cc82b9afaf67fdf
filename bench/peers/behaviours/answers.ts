/** What the client is told of an answer, and how it ended. */
import { chat, completionOf, eventsOf, told } from './ask.ts';
import type { Behaviour } from './behaviour.ts';

const refusal: Behaviour = {
  name: 'a refusal is told as one',
  async judge(subject) {
    subject.standIn.behave({ kind: 'answer', text: 'No.', stopReason: 'refusal' });
    const reply = await chat(subject, 'Do it.');
    const reason = completionOf(reply).choices?.[0]?.finish_reason;
    return { ok: reason === 'content_filter', note: `finish_reason ${reason ?? told(reply)}` };
  },
};

const cutStream: Behaviour = {
  name: 'a stream that was cut does not pass for a whole one',
  async judge(subject) {
    subject.standIn.behave({ kind: 'answer', words: 20, deltaEveryMs: 50, cutAfterDeltas: 5 });
    const reply = await chat(subject, 'Tell me more.', { stream: true });
    const events = eventsOf(reply);
    const isStopped = events.some(({ choices }) => choices?.[0]?.finish_reason === 'stop');
    const isTold = !reply.isLate && (reply.status !== 200 || events.some(({ error }) => error !== undefined));
    const how = isStopped ? 'ended with "stop"' : isTold ? 'an error' : 'no error';
    return { ok: isTold && !isStopped, note: `${how}; ${told(reply)}` };
  },
};

const usage: Behaviour = {
  name: 'usage counts what the cache had',
  async judge(subject) {
    subject.standIn.behave({
      kind: 'answer',
      usage: { input_tokens: 10, cache_read_input_tokens: 100, cache_creation_input_tokens: 50, output_tokens: 7 },
    });
    const counts = completionOf(await chat(subject, 'Hello')).usage;
    const cached = counts?.prompt_tokens_details?.cached_tokens;
    return {
      ok: counts?.prompt_tokens === 160 && counts.completion_tokens === 7 && cached === 100,
      note: `prompt ${String(counts?.prompt_tokens)} of 160, cached ${String(cached)} of 100, answer ${String(counts?.completion_tokens)} of 7`,
    };
  },
};

export const answerBehaviours: readonly Behaviour[] = [refusal, cutStream, usage];
