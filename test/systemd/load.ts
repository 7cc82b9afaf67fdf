// Keeps clients busy until SIGTERM, each on two persistent connections: one for chats, some of them slow, and one for
// requests that are answered at once, so that a connection that closes too early fails a request. Then prints how many
// requests were served and the first ten failures; exits 1 if there are any.
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const [url = '', clients = '8'] = process.argv.slice(2);
const failures: string[] = [];
let served = 0;
let listed = 0;
let isOver = false;
process.once('SIGTERM', () => {
  isOver = true;
});

await Promise.all(
  Array.from({ length: Number(clients) }, (_, index) => [keepChatting(index), keepListing(index)]).flat(),
);
console.log(`${served} turns served, ${listed} lists of models, ${failures.length} requests failed`);
for (const failure of failures.slice(0, 10)) console.log(failure);
process.exit(failures.length === 0 && served > 0 ? 0 : 1);

async function keepChatting(client: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let count = client; !isOver; count += 1) {
    const isStreamed = count % 2 === 0;
    try {
      const text = await ask(agent, { isStreamed, isSlow: count % 3 === 0 });
      if (!isWhole(text, isStreamed)) throw new Error(`not a whole answer: ${text.slice(-200)}`);
      served += 1;
    } catch (error) {
      failures.push(`client ${client}, request ${count}: ${String(error)}`);
      await sleep(100);
    }
  }
  agent.destroy();
}

async function keepListing(client: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let count = 0; !isOver; count += 1) {
    try {
      await send(agent, '/v1/models');
      listed += 1;
    } catch (error) {
      failures.push(`client ${client}, list ${count}: ${String(error)}`);
    }
    await sleep(Math.random() * 40);
  }
  agent.destroy();
}

async function ask(agent: Agent, { isStreamed, isSlow }: { isStreamed: boolean; isSlow: boolean }): Promise<string> {
  const body = JSON.stringify({
    model: 'sonnet',
    stream: isStreamed,
    messages: [{ role: 'user', content: isSlow ? 'Answer slowly.' : 'Answer.' }],
  });
  return send(agent, '/v1/chat/completions', body);
}

async function send(agent: Agent, path: string, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = body && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const method = body === undefined ? 'GET' : 'POST';
    const call = request(`${url}${path}`, { method, agent, ...(headers && { headers }) }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${response.statusCode}: ${text}`));
      });
    });
    call.once('error', reject);
    call.end(body);
  });
}

function isWhole(text: string, isStreamed: boolean): boolean {
  return isStreamed ? text.endsWith('data: [DONE]\n\n') : text.includes('"finish_reason":"stop"');
}
