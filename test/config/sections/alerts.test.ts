import { describe, expect, it } from 'vitest';
import { loadText, problemsOf } from '../config-folder.ts';

const problemsIn = (alerts: string) => problemsOf(() => loadText(`alerts: {${alerts}}`));

describe('a webhook for alerts', () => {
  it('is off by default', () => {
    expect(loadText('alerts: {}').config.alerts).not.toHaveProperty('url');
  });

  it('needs an address, of ntfy with a topic, and tells no secret when it is wrong', () => {
    const problems = ['hunter2', 'https://me:hunter2@hook.example/'].flatMap((url) => problemsIn(`url: "${url}"`));
    expect(problems).toHaveLength(2);
    for (const problem of problems) expect(problem).toContain('alerts.url: expected an http or https address');
    expect(problems.join()).not.toContain('hunter2');
    expect(problemsIn('format: ntfy, url: "https://ntfy.sh/"')[0]).toContain(
      'alerts.url: expected the address of a topic',
    );
    expect(() => loadText('alerts: {format: ntfy, url: "https://ntfy.sh/topic"}')).not.toThrow();
  });
});

it('a threshold is a share of a window', () => {
  expect(loadText('alerts: {windows: [90%]}').config.alerts.windows).toEqual([0.9]);
  expect(problemsIn('windows: [120%]')[0]).toContain('alerts.windows[0]: expected a share such as 10% or 0.1');
});
