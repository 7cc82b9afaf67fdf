import { describe, expect, it } from 'vitest';
import { createDocument } from '../../src/http/openapi/document.ts';
import { endpoints, routesFor } from '../../src/http/routes/table.ts';
import { examplesIn, pages, readPage } from './examples.ts';
import { lackingIn } from './shown-answer.ts';

/* test/integration/examples.test.ts runs all of them. */

/** Pages that name routes which others document. */
const referring = [
  'architecture',
  'client',
  'config',
  'errors',
  'install',
  'logins',
  'performance',
  'scale',
  'security',
].map((name) => `docs/${name}.md`);
const documenting = pages.filter((page) => !referring.includes(page));

const route = String.raw`(?:(?:GET|POST|DELETE)(?:, (?:GET|POST|DELETE))* )?/[a-z]`;
/** In the heading of a section, or first in a row of a table. */
const documentsRoutes = (section: string): boolean =>
  new RegExp(`^(?:(?:GET|POST|DELETE) /|\\| \`${route})`, 'm').test(section);

const sectionsOf = (page: string) =>
  readPage(page)
    .split(/^## /m)
    .map((text) => ({ page, title: text.split('\n', 1)[0] ?? '', text }));

describe('an example with curl', () => {
  it.each(documenting.filter((page) => /`(?:GET|POST|DELETE) \//.test(readPage(page))))(
    'is on %s, which has routes',
    (page) => {
      expect(examplesIn(readPage(page))).not.toEqual([]);
    },
  );

  it.each(documenting.flatMap(sectionsOf).filter(({ text }) => documentsRoutes(text)))(
    'is in $page under “$title”, which has a table of routes',
    ({ text }) => {
      expect(examplesIn(text)).not.toEqual([]);
    },
  );

  it('asks each group of paths', async () => {
    const asked = pages.flatMap((page) =>
      examplesIn(readPage(page)).flatMap(({ commands }) =>
        [...commands.matchAll(/http:\/\/127\.0\.0\.1:8013((?:\/sdk|\/api)?(\/[^\s'"?]*))/g)].flatMap(
          ([, path = '', belowBase = '']) => [path, belowBase].map(groupOf),
        ),
      ),
    );
    const { paths } = await createDocument(routesFor(endpoints));
    const forPrograms = Object.entries(paths).filter(([, methods]) => !isPage(methods));
    expect(forPrograms.map(([path]) => path).filter((path) => !asked.includes(groupOf(path)))).toEqual([]);
  });
});

/** What browsers open. */
function isPage(methods: unknown): boolean {
  return JSON.stringify(methods).includes('"content":{"text/html"');
}

/** Its first part, such as `/v1/files` of `/v1/files/{id}/content`. */
function groupOf(path: string): string {
  return /^(?:\/v1)?\/[^/]*/.exec(path)?.[0] ?? path;
}

it('is found in a block of any language, with the answer right after it', () => {
  const page =
    '## One\n\n- a list:\n\n  ```\n  curl http://a\n  ```\n\n  ```json\n  {"a": 1}\n  ```\n\ntext\n\n```sh\ncurl http://b\n```\n';
  expect(examplesIn(page)).toEqual([
    { line: 6, section: 'One', commands: 'curl http://a\n', answer: { isJson: true, text: '{"a": 1}\n' } },
    { line: 16, section: 'One', commands: 'curl http://b\n' },
  ]);
});

describe('what a page shows of an answer', () => {
  const json = (text: string) => ({ isJson: true, text });
  const lines = (text: string) => ({ isJson: false, text });

  it('is there, with other ids and times', () => {
    const shown = json('{"id": "job_…", "status": "completed", "data": [{"id": "2"}], "error": null}');
    const answer = '{"id":"job_17","status":"completed","data":[{"id":1},{"id":"x"}],"error":{},"more":1}';
    expect(lackingIn(`{"earlier":1}\n${answer}\n`, shown)).toEqual([]);
  });

  it.each([
    ['a field', '{"id": "…", "usage": 1}', 'answer.usage is missing'],
    ['a word of the API', '{"status": "queued"}', 'answer.status is completed'],
    ['a value of that type', '{"id": 17}', 'answer.id is a string'],
    ['an element', '{"data": [{"id": 1}]}', 'answer.data is empty'],
  ])('lacks %s', (_what, shown, lack) => {
    expect(lackingIn('{"id":"job_17","status":"completed","data":[]}', json(shown))).toEqual([lack]);
  });

  it('has its lines in that order', () => {
    const output = 'HTTP/1.1 200 OK\nAge: 17\nevent: a\ndata: {"id":1}\n';
    expect(lackingIn(output, lines('age: …\n…\ndata: {"id"…}\n'))).toEqual([]);
    expect(lackingIn(output, lines('event: a\nAge: …\n'))).toEqual(['Age: …']);
  });
});
