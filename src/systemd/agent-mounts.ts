import type { WorkspaceFolder } from '../core/agent.ts';

/**
 * The lines of a unit that show it the folders of agents: writable where one of them may write. A folder that is missing
 * keeps no unit from starting (`-`).
 */
export function agentMounts(folders: readonly WorkspaceFolder[]): string[] {
  const writable = new Set(folders.filter(({ mode }) => mode === 'rw').map(({ path }) => path));
  const readable = new Set(folders.map(({ path }) => path).filter((path) => !writable.has(path)));
  return [
    ...[...writable].map((path) => `BindPaths=${quote(path)}`),
    ...[...readable].map((path) => `BindReadOnlyPaths=${quote(path)}`),
  ];
}

/** As systemd.syntax(7) has it: in these lists a colon divides source and target, and a percent sign names a specifier. */
function quote(path: string): string {
  const escaped = path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll(':', '\\:').replaceAll('%', '%%');
  return `"-${escaped}"`;
}
