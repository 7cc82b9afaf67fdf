import { distance } from 'fastest-levenshtein';
import { type ConfigKey, configKeys, configSections } from './keys.ts';
import { nearestOf } from './nearest-name.ts';

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** Edit distance between two paths; a correct name in the wrong section counts as one edit. */
function editsBetween(path: string, candidate: string): number {
  const whole = distance(path, candidate);
  const moved = distance(lastName(path), lastName(candidate));
  return moved <= 1 ? Math.min(whole, moved + 1) : whole;
}

const keyPaths = configKeys.map((key) => key.path);
const sectionNames = configSections.map((section) => section.name);

/** The known key, or section, that looks most like `path`. */
export function nearestPath(path: string): string {
  return nearestOf(path, path.includes('.') ? keyPaths : [...keyPaths, ...sectionNames], editsBetween);
}

/** The known key that looks most like `path`. */
export function nearestKey(path: string): ConfigKey {
  const nearest = nearestOf(path, keyPaths, editsBetween);
  const key = configKeys.find((candidate) => candidate.path === nearest);
  if (key === undefined) throw new Error(`${nearest} is not a key`);
  return key;
}
