import type { Entry } from '../../src/router/entry.ts';
import { findPlace } from '../../src/router/find-place.ts';
import type { Place } from '../../src/router/place.ts';
import { parseRouterYaml } from '../../src/router/yaml-document.ts';

export function placeOf(text: string): Place {
  return findPlace(parseRouterYaml(text));
}

export function entriesOf(text: string): Entry[] {
  return placeOf(text).entries;
}
