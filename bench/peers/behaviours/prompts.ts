/** What of a request reaches the model as it was sent. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { conversationOf, questionOf, upstreamBody } from '../../../test/support/upstream.ts';
import { chat, completionOf, told } from './ask.ts';
import { upstreamWith, type Behaviour, type Verdict } from './behaviour.ts';

const history: Behaviour = {
  name: 'the history has its true roles',
  async judge(subject) {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'MARK-history one?' },
      { role: 'assistant', content: 'Two.' },
      { role: 'user', content: 'Three?' },
    ];
    await chat(subject, '', { messages });
    const seen = upstreamWith(subject, 'MARK-history');
    if (seen === undefined) return neverCame;
    const turns = conversationOf(seen).map(({ role, content }) => `${role}: ${content.map(toText).join('')}`);
    const ok =
      turns.join('|') ===
      messages
        .slice(1)
        .map(({ role, content }) => `${role}: ${content}`)
        .join('|');
    return { ok, note: ok ? 'three messages' : `${turns.length} message(s) reached the model` };
  },
};

const tools: Behaviour = {
  name: 'tools are called by the model, and answered by the client',
  async judge(subject) {
    subject.standIn.behave(({ body }) => {
      const name = (body as { tools?: { name: string }[] }).tools?.find((tool) => tool.name.endsWith('look_up'))?.name;
      return name === undefined
        ? { kind: 'answer' }
        : { kind: 'answer', toolUses: [{ name, input: { city: 'Rome' } }] };
    });
    const parameters = { type: 'object', properties: { city: { type: 'string' } } };
    const reply = await chat(subject, 'How warm is it in Rome?', {
      tools: [{ type: 'function', function: { name: 'look_up', parameters } }],
    });
    const [call] = completionOf(reply).choices?.[0]?.message?.tool_calls ?? [];
    const ok = call?.function.name === 'look_up' && call.function.arguments === '{"city":"Rome"}';
    return { ok, note: ok ? 'the call came' : 'no call came' };
  },
};

const images: Behaviour = {
  name: 'images reach the model',
  async judge(subject) {
    const data = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const reply = await chat(subject, [
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } },
    ]);
    const seen = subject.standIn.requests.some(({ body }) => JSON.stringify(body).includes(`"data":"${data}"`));
    return { ok: seen && reply.status === 200, note: seen ? 'as a block' : `none came; ${told(reply)}` };
  },
};

const maxTokens: Behaviour = {
  name: '`max_tokens` bounds the answer',
  async judge(subject) {
    await chat(subject, 'MARK-limit', { max_tokens: 17 });
    const seen = upstreamWith(subject, 'MARK-limit');
    if (seen === undefined) return neverCame;
    const { max_tokens: limit } = upstreamBody(seen);
    return { ok: limit === 17, note: `17 asked for, ${limit} reached the API` };
  },
};

const fileMention: Behaviour = {
  name: '`@file` in a prompt reads no file of the server',
  async judge(subject) {
    const file = join(subject.home, 'private.txt');
    writeFileSync(file, 'SECRET-of-the-server');
    await chat(subject, `MARK-mention @${file} and what then?`);
    if (upstreamWith(subject, 'MARK-mention') === undefined) return neverCame;
    const leaked = upstreamWith(subject, 'SECRET-of-the-server') !== undefined;
    return { ok: !leaked, note: leaked ? 'the file reached the API' : 'text like any other' };
  },
};

const slashCommand: Behaviour = {
  name: '`/word` in a prompt is text',
  async judge(subject) {
    const reply = await chat(subject, '/cost MARK-command');
    const seen = upstreamWith(subject, 'MARK-command');
    if (seen === undefined) return { ok: false, note: `the model was not asked; ${told(reply)}` };
    return { ok: questionOf(seen).trim() === '/cost MARK-command', note: 'the model was asked' };
  },
};

const longPrompt: Behaviour = {
  name: 'a prompt of 5 MB',
  async judge(subject) {
    const prompt = 'word '.repeat(1024 ** 2);
    const reply = await chat(subject, prompt);
    const isWhole = subject.standIn.requests.some(({ body }) => JSON.stringify(body).includes(prompt));
    return { ok: isWhole && reply.status === 200, note: isWhole ? 'whole' : `did not reach the API; ${told(reply)}` };
  },
};

const neverCame: Verdict = { ok: false, note: 'no request reached the API' };

function toText(block: ReturnType<typeof conversationOf>[number]['content'][number]): string {
  return typeof block === 'string' ? block : `[${block.type}]`;
}

export const promptBehaviours: readonly Behaviour[] = [
  history,
  tools,
  images,
  maxTokens,
  fileMention,
  slashCommand,
  longPrompt,
];
