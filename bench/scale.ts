/**
 * What do 1, 2, 10, 100 and 1,000 machines behind one balancer come to? Simulated from measured figures, without processes and
 * without a network; the same seed gives the same table.
 */
import { Random } from './soak/random.ts';
import { erlangC } from './scale/erlang-c.ts';
import { assumed, defaults, measured } from './scale/figures.ts';
import { exponential, logNormal, simulate, type Scenario, type Simulated } from './scale/simulate.ts';
import { atMost, type Bench, type Row, type Target } from './support/bench.ts';
import { median, p95, round } from './support/statistics.ts';

const seed = 1;
const sizes = [1, 2, 10, 100, 1000] as const;
const { places, queueTimeoutSeconds } = defaults;
const { answerMedianSeconds, answerSigma, load } = assumed;
const meanAnswerSeconds = answerMedianSeconds * Math.exp(answerSigma ** 2 / 2);

/** So many machines in all, in houses of one size, so that small houses are no less certain than large ones. */
const machinesOfSize = 1000;

export const scale: Bench = ({ quick, progress }) => {
  const minutes = quick ? 4 : 20;
  const results = sizes.map((machines) => {
    progress(`${machines} machine${machines === 1 ? '' : 's'}, ${minutes} minutes`);
    const houses = Array.from({ length: machinesOfSize / machines }, (_, n) => runHouse(machines, minutes * 60, n));
    return { machines, houses };
  });
  return Promise.resolve({
    rows: results.map(toRow),
    targets: [
      ...results.map(({ machines, houses }) =>
        atMost(`turns lost with one of ${machines}`, Math.max(...houses.map(({ lost }) => lost)), places, 'turns'),
      ),
      formulaTarget(quick),
    ],
    notes: [
      'simulated: arrivals (Poisson), one queue, the machine with the fewest turns, one machine that ends half-way',
      `measured: ${measured.cpuMsPerTurn} ms of processor time a turn, ${measured.processMb} MB a process, HAProxy's ${measured.haproxyCpuMsPerTurn} ms`,
      `assumed: answers of ${answerMedianSeconds} s (median), ${load * 100}% of all places in use, down for ${assumed.downSeconds} s`,
    ],
  });
};

/** Half-way one machine ends, and comes back. */
function runHouse(machines: number, seconds: number, number: number): Simulated {
  const random = new Random(seed + number);
  const endSecond = seconds / 2;
  return simulate(
    {
      ...{ machines, places, queueTimeoutSeconds, seconds },
      turnsPerSecond: (load * machines * places) / meanAnswerSeconds,
      answerSeconds: () => logNormal(answerMedianSeconds, answerSigma, random),
      end: { atSecond: endSecond, backAtSecond: endSecond + assumed.downSeconds },
    },
    random,
  );
}

function toRow({ machines, houses }: { machines: number; houses: readonly Simulated[] }): Row {
  const perSecond = (load * machines * places) / meanAnswerSeconds;
  const waits = houses.flatMap((house) => house.waits);
  // What an end costs is over some minutes later.
  const before = waits.filter(({ sinceEnd }) => sinceEnd < 0);
  const after = waits.filter(({ sinceEnd }) => sinceEnd >= 0 && sinceEnd < assumed.downSeconds);
  const turns = sum(houses.map((house) => house.turns));
  return {
    machines,
    places: machines * places,
    'turns a second': round(perSecond),
    'in use %': Math.round((100 * sum(houses.map(({ utilisation }) => utilisation))) / houses.length),
    'wait, median s': round(median(before.map(({ seconds }) => seconds))),
    'wait, p95 s': round(p95(before.map(({ seconds }) => seconds))),
    'p95 s, one is down': after.length === 0 ? 'none served' : round(p95(after.map(({ seconds }) => seconds))),
    'lost with it': round(sum(houses.map(({ lost }) => lost)) / houses.length),
    'waited too long %': round((100 * sum(houses.map(({ timedOut }) => timedOut))) / turns),
    'CPU cores busy': round((perSecond * measured.cpuMsPerTurn) / 1000),
    'GB at most': Math.round((machines * (measured.harnessMb + places * measured.processMb)) / 1024),
    "HAProxy's cores": round((perSecond * measured.haproxyCpuMsPerTurn) / 1000),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The simulation against the formula, where there is one: eight servers, exponential times, nothing that ends. */
function formulaTarget(quick: boolean): Target {
  const random = new Random(seed);
  const scenario: Scenario = {
    ...{ machines: 1, places, queueTimeoutSeconds: Infinity, seconds: quick ? 100_000 : 1_000_000 },
    turnsPerSecond: load * places,
    answerSeconds: () => exponential(1, random),
  };
  const { waits } = simulate(scenario, random);
  const share = waits.filter(({ seconds }) => seconds > 0).length / waits.length;
  const offBy = Math.abs(share - erlangC(places, load)) * 100;
  return atMost("share of turns that wait, simulated, off Erlang's formula by", offBy, 1, 'percentage points');
}
