import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readWorkspaceFiles } from '../../src/agent/workspace-files.ts';
import { createFolder, writeFile } from '../config/config-folder.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(createFolder());
});

const write = (path: string, text = 'TEXT') => writeFile(join(root, 'work', path), text);
const read = () => readWorkspaceFiles(join(root, 'work'));

describe('the files of a workspace', () => {
  it('are none where it has none', () => {
    expect(read()).toEqual({ memory: [], commands: [], agents: [], skills: [] });
  });

  it('are its instructions, commands, subagents and skills', () => {
    write('CLAUDE.md', 'ONE');
    write('.claude/CLAUDE.md', 'TWO');
    write('.claude/commands/a.md');
    write('.claude/commands/sub/b.md');
    write('.claude/commands/c.sh');
    write('.claude/agents/scout.md', '---\nname: scout\n---\nTEXT');
    write('.claude/skills/sum/SKILL.md');
    write('.claude/skills/sum/more/SKILL.md');
    write('.claude/skills/sum/notes.md');
    expect(read()).toEqual({
      memory: ['ONE', 'TWO'],
      commands: [
        { path: 'a.md', fields: {}, body: 'TEXT' },
        { path: 'sub/b.md', fields: {}, body: 'TEXT' },
      ],
      agents: [{ path: 'scout.md', fields: { name: 'scout' }, body: 'TEXT' }],
      skills: [
        { path: 'sum/SKILL.md', fields: {}, body: 'TEXT', name: 'sum', folder: join(root, 'work/.claude/skills/sum') },
      ],
    });
  });

  it('are not read through links that lead out', () => {
    const outside = writeFile(join(root, 'outside/a.md'), 'OUTSIDE');
    mkdirSync(join(root, 'work/.claude/agents'), { recursive: true });
    symlinkSync(outside, join(root, 'work/CLAUDE.md'));
    symlinkSync(outside, join(root, 'work/.claude/agents/a.md'));
    symlinkSync(join(root, 'outside'), join(root, 'work/.claude/commands'));
    expect(read()).toEqual({ memory: [], commands: [], agents: [], skills: [] });
  });

  it('are left out where they are long, or too many', () => {
    write('CLAUDE.md', 'x'.repeat(256 * 1024 + 1));
    for (let index = 0; index < 201; index++) write(`.claude/commands/${index}.md`);
    expect(read().memory).toEqual([]);
    expect(read().commands).toHaveLength(200);
  });
});
