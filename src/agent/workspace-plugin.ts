import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type MarkdownFile, renderMarkdown } from './markdown-file.ts';
import type { WorkspaceFiles } from './workspace-files.ts';

/** What the CLI puts before the names of the commands, skills and subagents, as in `workspace:review`. */
export const pluginName = 'workspace';

const forModel = ['description', 'argument-hint'];

/**
 * Makes a plugin of copies of a workspace's files. Their fields that allow tools, change the mode or run programs
 * (`allowed-tools`, `hooks`, `permissionMode`, `mcpServers`) are not copied, nor is anything but text for the model.
 */
export function writeWorkspacePlugin(folder: string, { commands, agents, skills }: WorkspaceFiles): void {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const manifest = { name: pluginName, version: '1.0.0', description: 'Files of the workspace' };
  write('.claude-plugin/plugin.json', JSON.stringify(manifest));
  for (const file of commands) write(`commands/${file.path}`, renderMarkdown(file, forModel));
  for (const file of agents)
    write(`agents/${file.path}`, renderMarkdown(file, ['name', ...forModel, 'tools', 'model']));
  for (const skill of skills) write(`skills/${skill.path}`, renderMarkdown(withFolder(skill, skill.folder), forModel));
}

/** Only its text is copied. */
function withFolder({ fields, body }: MarkdownFile, folder: string): MarkdownFile {
  return { fields, body: `${body.trimEnd()}\n\nThe files of this skill are in ${folder}.\n` };
}
