/** A place that no agent's folder may lie across. Paths are absolute and without `.`, `..` and a slash at the end. */
export interface ProtectedPath {
  path: string;
  /** What an error calls it, such as `the home folder`. */
  what: string;
  /** Whether a folder within it is out of bounds too. */
  within: boolean;
}

/** Whether `inner` is `outer` or lies in it. `/a` does not contain `/ab`. */
export function containsPath(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(outer === '/' ? '/' : `${outer}/`);
}

/** The place that `folder` would give an agent access to. */
export function protectedBy(folder: string, places: readonly ProtectedPath[]): ProtectedPath | undefined {
  return places.find(({ path, within }) => containsPath(folder, path) || (within && containsPath(path, folder)));
}
