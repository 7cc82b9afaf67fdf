import { createServer } from 'node:http';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import { SessionsClient } from '../../../src/command/agent/sessions-client.ts';
import { FakeSessions } from '../../support/agents/fake-sessions.ts';
import { profileOf } from '../../support/agents/profile.ts';
import { testApp } from '../../http/test-app.ts';

export interface Served {
  sessions: FakeSessions;
  client: SessionsClient;
  url: string;
  /** Cuts all connections, as a restart of the service does. */
  cut: () => void;
}

/** An agent named `tidy` behind a port, for the length of a test. */
export async function serveAgents(): Promise<Served> {
  const sessions = new FakeSessions(profileOf());
  const server = createServer(testApp(undefined, { sessions }).app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as { port: number };
  const url = `http://127.0.0.1:${port}`;
  return {
    ...{ sessions, url, client: new SessionsClient({ url }) },
    cut: () => {
      server.closeAllConnections();
    },
  };
}

/** A person at a terminal: what they read, and the keys that they press. */
export class Person {
  readonly input = Object.assign(new PassThrough(), { isTTY: true });
  readonly output = new PassThrough();
  read = '';

  constructor() {
    this.output.setEncoding('utf8').on('data', (text: string) => (this.read += text));
  }

  readonly print = (text: string): void => {
    this.output.write(text);
  };

  type(text: string): void {
    this.input.write(text);
  }
}
