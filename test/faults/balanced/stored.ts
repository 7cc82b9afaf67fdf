/** What is stored through a balancer, and what asks for it again. */
export interface Stored {
  id: string;
  /** Asks for it; gives the statuses. */
  askAgain: () => Promise<number[]>;
}

const json = { 'content-type': 'application/json' };

type Store = (url: string, mark: string) => Promise<Stored>;

/** Everything that an instance keeps under an id of its own. */
export const stores: Readonly<Record<string, Store>> = {
  'a response': async (url, mark) => {
    const response = await post(`${url}/v1/responses`, { model: 'haiku', input: mark });
    const { id } = (await response.json()) as { id: string };
    const next = { model: 'haiku', input: [{ role: 'user', content: mark }], previous_response_id: id };
    return {
      id,
      askAgain: async () => [
        await statusOf(post(`${url}/v1/responses`, next)),
        await statusOf(post(`${url}/v1/responses`, { ...next, stream: true })),
        await statusOf(fetch(`${url}/v1/responses/${id}/input_items`)),
        await statusOf(fetch(`${url}/v1/responses/${id}`)),
      ],
    };
  },
  'a stored conversation': async (url, mark) => {
    const session = await fetch(`${url}/v1/sessions`, { method: 'POST' });
    const { session_id: id } = (await session.json()) as { session_id: string };
    const body = { model: 'haiku', messages: [{ role: 'user', content: mark }] };
    return {
      id,
      askAgain: async () => [
        await statusOf(post(`${url}/v1/chat/completions`, body, { 'x-session-id': id })),
        await statusOf(post(`${url}/v1/messages`, { ...body, max_tokens: 100 }, { 'x-session-id': id })),
        await statusOf(fetch(`${url}/v1/sessions/${id}`)),
      ],
    };
  },
  'a file': async (url, mark) => {
    const form = new FormData();
    form.append('purpose', 'user_data');
    form.append('file', new Blob(['Some text.'], { type: 'text/plain' }), 'a.txt');
    const { id } = (await (await fetch(`${url}/v1/files`, { method: 'POST', body: form })).json()) as { id: string };
    const file = { type: 'file', file: { file_id: id } };
    const messages = [{ role: 'user', content: [file, { type: 'text', text: mark }] }];
    return {
      id,
      askAgain: async () => [
        await statusOf(post(`${url}/v1/chat/completions`, { model: 'haiku', messages })),
        await statusOf(fetch(`${url}/v1/files/${id}/content`)),
      ],
    };
  },
  'a batch': async (url, mark) => {
    const params = { model: 'haiku', max_tokens: 100, messages: [{ role: 'user', content: mark }] };
    const batch = await post(`${url}/v1/messages/batches`, { requests: [{ custom_id: mark, params }] });
    const { id } = (await batch.json()) as { id: string };
    return { id, askAgain: async () => [await statusOf(fetch(`${url}/v1/messages/batches/${id}`))] };
  },
  'a job': async (url, mark) => {
    const job = await post(`${url}/v1/jobs`, { prompt: mark });
    const { job_id: id } = (await job.json()) as { job_id: string };
    return { id, askAgain: async () => [await statusOf(fetch(`${url}/v1/jobs/${id}`))] };
  },
};

function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) });
}

async function statusOf(answer: Promise<Response>): Promise<number> {
  const response = await answer;
  await response.text();
  return response.status;
}
