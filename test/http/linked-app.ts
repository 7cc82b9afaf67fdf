import { QuestionLinks } from '../../src/feature/question-notices/question-links.ts';
import { epoch, FakeSessions } from '../support/agents/fake-sessions.ts';
import { profileOf } from '../support/agents/profile.ts';
import { testApp, type TestApp, type TestChanges } from './test-app.ts';

export interface LinkedApp extends TestApp {
  sessions: FakeSessions;
  links: QuestionLinks;
  clock: { now: number };
}

/** An app with links to the questions of its sessions. */
export function linkedApp(changes: TestChanges = {}): LinkedApp {
  const sessions = new FakeSessions(profileOf());
  const clock = { now: epoch + 10_000 };
  const now = () => clock.now;
  const store = { signingKey: () => Promise.resolve(Buffer.alloc(32, 1)) };
  const links = new QuestionLinks({ questions: sessions, store, publicUrl: 'http://127.0.0.1:8013', now });
  return { sessions, links, clock, ...testApp(undefined, { sessions, questionLinks: links, now, ...changes }) };
}

/** What of a link is asked for. */
export function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
