import { describe, expect, it } from 'vitest';
import { PendingLines } from '../../src/cli/pool/pending-lines.ts';
import { rewind } from '../../src/cli/rewind.ts';
import { spawnFixture } from '../process/fixture.ts';

const emptied = '{"rewound":true,"precedingAssistantUuid":null,"prefillText":"Hello"}';
const halfWay = '{"rewound":true,"precedingAssistantUuid":"a"}';

const rewindWith = (answers: string[], uuids: string[], timeoutMs?: number) =>
  rewind(new PendingLines(spawnFixture('rewinds.sh', { args: answers })), uuids, timeoutMs);

describe('rewind', () => {
  it('says that a process is empty when nothing is left before the oldest message', async () => {
    expect(await rewindWith([emptied], ['1'])).toEqual({ emptied: true, rewound: true });
    expect(await rewindWith([halfWay, emptied], ['1', '2'])).toEqual({ emptied: true, rewound: true });
    expect(await rewindWith([], [])).toEqual({ emptied: true, rewound: false });
  });

  it.each([
    ['what the CLI says', '{"rewound":false,"error":"no preceding assistant"}', 'no preceding assistant'],
    ['a message that is left', halfWay, 'an earlier message is left'],
    ['an answer that does not say whether one is left', '{"rewound":true}', 'an earlier message is left'],
    ['an answer of another form', '{"done":true}', 'an answer in an unknown form'],
  ])('refuses a process for %s', async (_what, answer, reason) => {
    expect(await rewindWith([answer], ['1'])).toEqual({ emptied: false, refused: true, reason });
  });

  it('asks for no older message once a newer one was refused', async () => {
    const outcome = await rewindWith(['{"rewound":false,"error":"stale target"}', 'silence'], ['1', '2']);
    expect(outcome).toEqual({ emptied: false, refused: true, reason: 'stale target' });
  });

  it('does not wait for ever', async () => {
    const outcome = await rewindWith(['silence'], ['1'], 100);
    expect(outcome).toEqual({ emptied: false, refused: false, reason: 'no answer within 100 ms' });
  });

  it('never throws, whatever the process does', async () => {
    for (const fixture of ['fails.sh', 'garbage.sh', 'no-such-program', 'closes-input.sh']) {
      const outcome = await rewind(new PendingLines(spawnFixture(fixture)), ['1'], 500);
      expect(outcome).toMatchObject({ emptied: false, refused: false });
    }
  });
});
