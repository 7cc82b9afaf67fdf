import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { containsPath } from '../core/protected-paths.ts';
import { type MarkdownFile, parseMarkdown } from './markdown-file.ts';

/** A file of a workspace, with its path below the folder it was looked for in. */
export interface WorkspaceFile extends MarkdownFile {
  path: string;
}

export interface WorkspaceSkill extends WorkspaceFile {
  name: string;
  /** Where the files that belong to it are. */
  folder: string;
}

/** What of a workspace's own files is text for the model. */
export interface WorkspaceFiles {
  /** `CLAUDE.md` and `.claude/CLAUDE.md`; `@path` in them is not followed. */
  memory: readonly string[];
  commands: readonly WorkspaceFile[];
  agents: readonly WorkspaceFile[];
  skills: readonly WorkspaceSkill[];
}

const maxFileBytes = 256 * 1024;
const maxFiles = 200;

/** Longer files than 256 KB, the ones after the first 200 of a kind, and links are left out. */
export function readWorkspaceFiles(workspace: string): WorkspaceFiles {
  const memory = ['CLAUDE.md', '.claude/CLAUDE.md'].map((path) => readWithin(workspace, join(workspace, path)));
  const skills = markdownIn(workspace, 'skills').filter(({ path }) => /^[^/]+\/SKILL\.md$/.test(path));
  return {
    memory: memory.filter((text) => text !== undefined),
    commands: markdownIn(workspace, 'commands'),
    agents: markdownIn(workspace, 'agents'),
    skills: skills.map((file) => {
      const name = basename(dirname(file.path));
      return { ...file, name, folder: join(workspace, '.claude/skills', name) };
    }),
  };
}

function markdownIn(workspace: string, kind: string): WorkspaceFile[] {
  const root = join(workspace, '.claude', kind);
  return filesBelow(root)
    .filter((path) => path.endsWith('.md'))
    .sort()
    .slice(0, maxFiles)
    .flatMap((path) => {
      const text = readWithin(workspace, path);
      return text === undefined ? [] : [{ path: relative(root, path), ...parseMarkdown(text) }];
    });
}

function filesBelow(root: string): string[] {
  const entries = orNothing(() => readdirSync(root, { recursive: true, withFileTypes: true })) ?? [];
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** A link on the way could lead out of the workspace. */
function readWithin(workspace: string, path: string): string | undefined {
  return orNothing(() => {
    const real = realpathSync(path);
    const stat = statSync(real);
    if (!containsPath(workspace, real) || !stat.isFile() || stat.size > maxFileBytes) return undefined;
    return readFileSync(real, 'utf8');
  });
}

const absent = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP']);

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (absent.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
