import { describe, expect, it } from 'vitest';
import { loadText, problemsOf } from '../config-folder.ts';

const problemsIn = (agents: string, server = '') =>
  problemsOf(() => loadText(`server: {${server}}\nagents: {${agents}}`)).map((line) =>
    line.replace(/^harness\.yaml:\d+:\d+: /, ''),
  );

describe('a webhook for questions', () => {
  it('is off by default', () => {
    expect(loadText('agents: {}').config.agents).not.toHaveProperty('notify_url');
  });

  it.each([
    ['http://127.0.0.1:8013', ''],
    ['http://localhost/harness/', ''],
    ['http://192.168.1.5:8013', ''],
    ['http://[fd00::5]:8013', ''],
    ['https://Harness.Example', 'allowed_hosts: [harness.example]'],
  ])('may have links to %s', (url, server) => {
    expect(() => loadText(`server: {${server}}\nagents: {notify_public_url: "${url}"}`)).not.toThrow();
  });

  it('has links only to where the service answers', () => {
    expect(problemsIn('notify_public_url: "https://harness.example"', 'allowed_hosts: [other.example]')).toEqual([
      'agents.notify_public_url: expected a host that is in server.allowed_hosts; add it there, found https://harness.example',
    ]);
    for (const url of ['https://localhost?a=b', 'localhost:8013', 'ftp://localhost'])
      expect(problemsIn(`notify_public_url: "${url}"`)[0]).toContain('expected an http or https address such as');
  });

  it('needs an address, of ntfy with a topic, and tells no secret when it is wrong', () => {
    const problems = ['hunter2', 'https://me:hunter2@hook.example/', 'file:///hunter2'].flatMap((url) =>
      problemsIn(`notify_url: "${url}"`),
    );
    expect(problems).toHaveLength(3);
    for (const problem of problems) expect(problem).toContain('agents.notify_url: expected an http or https address');
    expect(problems.join()).not.toContain('hunter2');
    expect(problemsIn('notify_format: ntfy, notify_url: "https://ntfy.sh/"')[0]).toContain('address of a topic');
    expect(problemsIn('notify_token: "a b"')[0]).toContain('expected a token without spaces');
  });
});
