/** What should be refused, and must not end the service. */
import { post, told } from './ask.ts';
import type { Behaviour } from './behaviour.ts';

const nullBody: Behaviour = {
  name: 'a body of `null` is a 400',
  async judge({ url }) {
    const reply = await post(url, 'null');
    return { ok: reply.status === 400, note: told(reply) };
  },
};

const badJson: Behaviour = {
  name: 'bad JSON is a 400',
  async judge({ url }) {
    const reply = await post(url, '{"model":');
    return { ok: reply.status === 400, note: told(reply) };
  },
};

const foreignHost: Behaviour = {
  name: 'a foreign Host is refused (a web page that rebinds its name)',
  async judge({ url, model }) {
    const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] });
    const reply = await post(url, body, { host: 'rebound.example' });
    return { ok: reply.status >= 400 && reply.status < 500, note: told(reply) };
  },
};

export const badRequests: readonly Behaviour[] = [nullBody, badJson, foreignHost];
