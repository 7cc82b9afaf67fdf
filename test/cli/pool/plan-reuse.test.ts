import { describe, expect, it } from 'vitest';
import { planReuse } from '../../../src/cli/pool/plan-reuse.ts';

/** A plain process of a model, or one of a prompt; a prompt in capitals comes again and again, `old` is not recent. */
const process = (text: string) => {
  const [model = '', preparedFor] = text.split(':');
  return { model, preparedFor, text };
};

function plan(targets: Record<string, number>, warm: string[], maxWarm: number) {
  const { missing, surplus } = planReuse({
    targets: Object.entries(targets).map(([model, count]) => ({ model, count })),
    warm: warm.map(process),
    maxWarm,
    isRepeated: ({ preparedFor }) => preparedFor !== undefined && /[A-Z]/.test(preparedFor),
    isRecent: ({ preparedFor }) => preparedFor !== 'old',
  });
  return { missing, surplus: surplus.map(({ text }) => text) };
}

describe('planReuse', () => {
  it.each<[string, Record<string, number>, string[], number, string[], string[]]>([
    ['starts a plain one for each model in use', { haiku: 1, opus: 1 }, [], 4, ['haiku', 'opus'], []],
    ['keeps a plain one, whatever prompts there are', { haiku: 1 }, ['haiku:A', 'haiku:B'], 2, ['haiku'], ['haiku:A']],
    ['keeps what fits', { haiku: 1 }, ['haiku', 'haiku:a', 'haiku:B'], 3, [], []],
    [
      'ends a prompt that came once before one that comes often',
      { haiku: 1 },
      ['haiku', 'haiku:A', 'haiku:b'],
      2,
      [],
      ['haiku:b'],
    ],
    [
      'ends the one that was used longest ago',
      { haiku: 1 },
      ['haiku', 'haiku:A', 'haiku:B', 'haiku:C'],
      3,
      [],
      ['haiku:A'],
    ],
    [
      'starts plain ones rather than keep prompts that came once',
      { haiku: 3 },
      ['haiku', 'haiku:a'],
      3,
      ['haiku', 'haiku'],
      ['haiku:a'],
    ],
    [
      'keeps prompts that come often rather than start plain ones',
      { haiku: 3 },
      ['haiku', 'haiku:A'],
      3,
      ['haiku'],
      [],
    ],
    ['ends what was not used lately', { haiku: 1 }, ['haiku', 'haiku:old'], 4, [], ['haiku:old']],
    ['ends what is of no model in use', { haiku: 1 }, ['haiku', 'opus', 'opus:A'], 4, [], ['opus', 'opus:A']],
    ['ends plain ones that are too many', { haiku: 1 }, ['haiku', 'haiku', 'haiku:A'], 4, [], ['haiku']],
    ['keeps nothing where nothing may wait', { haiku: 0 }, ['haiku:A'], 0, [], ['haiku:A']],
  ])('%s', (_what, targets, warm, maxWarm, missing, surplus) => {
    expect(plan(targets, warm, maxWarm)).toEqual({ missing, surplus });
  });
});
