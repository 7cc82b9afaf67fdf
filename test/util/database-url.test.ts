import { expect, it } from 'vitest';
import { placeOf } from '../../src/util/database-url.ts';

it.each([
  ['postgres://harness:hunter2@db.example:6432/harness?sslmode=verify-full', 'db.example:6432/harness'],
  ['postgresql://db.example/harness', 'db.example:5432/harness'],
  ['postgres://harness:hunter2@/harness?host=/run/postgresql', '/run/postgresql:5432/harness'],
  ['postgres://%2Frun%2Fpostgresql/harness', '/run/postgresql:5432/harness'],
  ['postgres:///harness', 'localhost:5432/harness'],
])('%s is told as %s', (url, place) => {
  expect(placeOf(url)).toBe(place);
});
