import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { planRegister } from '../../src/router/register.ts';
import { loadText } from '../config/config-folder.ts';
import { registration } from './registration.ts';

const page = readFileSync(new URL('../../docs/routers.md', import.meta.url), 'utf8');

/** The snippets of the page in a language, each with the section that it stands in. */
function snippets(language: string): { section: string; snippet: string }[] {
  return page.split(/^## /m).flatMap((section) =>
    [...section.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, snippet = '']) => ({
      section: section.split('\n', 1)[0] ?? '',
      snippet,
    })),
  );
}

function snippetOf(section: string, containing: string): string {
  return snippets('yaml').find((one) => one.section === section && one.snippet.includes(containing))?.snippet ?? '';
}

describe('docs/routers.md', () => {
  it.each(snippets('yaml'))('has YAML under $section that parses', ({ snippet }) => {
    const document = parseDocument(snippet);
    expect([...document.errors, ...document.warnings]).toEqual([]);
    expect(document.toJS()).toBeTypeOf('object');
  });

  it.each(snippets('json'))('has JSON under $section that parses', ({ snippet }) => {
    expect(JSON.parse(snippet)).toBeTypeOf('object');
  });

  it('has a section for every router and client', () => {
    const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    expect(sections).toEqual(
      expect.arrayContaining([
        'LiteLLM',
        'Open WebUI',
        'n8n',
        'Home Assistant',
        'Aider',
        'Continue',
        'Codex',
        'Claude Code',
        'claude-code-router',
        'opencode',
        'Qwen Code',
        'Cline',
        'From a container',
      ]),
    );
  });

  it('names the clients that tests run with its settings', () => {
    const [, named = ''] = /^Tests run (.*?) with the settings on this page/ms.exec(page) ?? [];
    const folder = new URL('../clients/', import.meta.url);
    const tests = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
    const used = tests.flatMap((name) =>
      [...readFileSync(new URL(name, folder), 'utf8').matchAll(/documented(?:Variables)?\('([^']+)'/g)].map(
        ([, section]) => section,
      ),
    );
    expect(named.split(/, | and |,?\n/).toSorted()).toEqual([...new Set(used)].toSorted());
  });

  it.each(['LiteLLM', 'Continue'])('has an entry under %s that register takes for its own', (section) => {
    const plan = planRegister(snippetOf(section, '8013'), registration({ models: ['sonnet'] }));
    expect(plan).toMatchObject({ kind: 'unchanged' });
  });

  it('has a harness.yaml that loads', () => {
    const { config } = loadText(snippetOf('From a container', 'tokens'));
    expect(config.server).toMatchObject({ host: '0.0.0.0', allowed_hosts: ['host.docker.internal'] });
  });

  it('names every option of the command', () => {
    const main = readFileSync(new URL('../../src/main.ts', import.meta.url), 'utf8');
    const registering = main.slice(main.indexOf("command('register')"), main.indexOf("command('unregister')"));
    const common = main.slice(main.indexOf('function withRouterFile'), main.indexOf('function load'));
    const options = [...(registering + common).matchAll(/'(--[a-z-]+)/g)].map(([, option]) => option);
    expect(options).toContain('--disable');
    for (const option of options) expect(page).toContain(`\`${option}`);
  });
});
