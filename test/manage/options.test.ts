import { expect, test } from 'vitest';
import { readArguments } from '../../deploy/manage/options.js';
import { nearestVerb, verbs } from '../../deploy/manage/verbs.js';

function read(verb: string, given: string[], environmentName?: string): ReturnType<typeof readArguments> {
  const { options, operands, handsOn } = verbs[verb] ?? {};
  return readArguments(given, { options, operands, handsOn }, environmentName);
}

test.each([
  ['install', ['--port', '8014'], { port: '8014' }],
  ['install', ['--port=8014', '-n'], { port: '8014', 'dry-run': true }],
  ['install', ['-p8014'], { port: '8014' }],
  ['logs', ['-n5', '-e', '-S', '1 hour ago'], { lines: '5', errors: true, since: '1 hour ago' }],
  ['logs', ['-ef'], { errors: true, follow: true }],
])('%s %j', (verb, given, values) => {
  expect({ ...read(verb, given).values }).toEqual(values);
});

test('the common options belong to every verb', () => {
  for (const verb of Object.keys(verbs)) {
    expect(read(verb, ['--name', 'kitchen', '--user-unit', '-h'])).toMatchObject({
      name: 'kitchen',
      isUserUnit: true,
      isHelp: true,
    });
  }
});

test('the option wins over HARNESS_NAME, which is none when it is empty', () => {
  expect(read('status', ['--name=kitchen'], 'pantry').name).toBe('kitchen');
  expect(read('status', [], 'pantry').name).toBe('pantry');
  expect(read('status', [], '').name).toBeUndefined();
});

test.each([
  ['install', ['--colour'], "unknown option '--colour'; --help lists the options"],
  ['install', ['-x'], "unknown option '-x'; --help lists the options"],
  ['install', ['/srv/checkout'], "unknown option '/srv/checkout'; --help lists the options"],
  ['update', ['/srv/one', '/srv/two'], "unknown option '/srv/two'; --help lists the options"],
  ['install', ['--port'], '--port needs a value'],
  ['install', ['--port='], '--port needs a value'],
  ['install', ['--port', '--dry-run'], '--port needs a value'],
  ['status', ['--name'], '--name needs a value'],
  ['register', ['file.yaml', '--name'], '--name needs a value'],
  ['install', ['--dry-run=yes'], '--dry-run takes no value'],
])('%s %j is refused', (verb, given, message) => {
  expect(() => read(verb, given)).toThrow(expect.objectContaining({ message, status: 2 }));
});

test('a verb that hands its options on leaves them in their order', () => {
  const { rest, name } = read('register', ['file.yaml', '--models', 'a', '--name', 'kitchen', '--dry-run', 'b']);
  expect(rest).toEqual(['file.yaml', '--models', 'a', '--dry-run', 'b']);
  expect(name).toBe('kitchen');
});

test.each([
  ['instal', 'install'],
  ['stauts', 'status'],
  ['rolback', 'rollback'],
  ['unregistr', 'unregister'],
])('%s is nearest to %s', (word, verb) => {
  expect(nearestVerb(word)).toBe(verb);
});
