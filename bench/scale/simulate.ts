import type { Random } from '../soak/random.ts';
import { EventHeap } from './event-heap.ts';
import { Machines } from './machines.ts';

export interface Scenario {
  machines: number;
  /** Turns that each machine has at a time. */
  places: number;
  /** Of all clients together: Poisson, as of many people who know nothing of each other. */
  turnsPerSecond: number;
  seconds: number;
  /** How long the next turn keeps its place. */
  answerSeconds: () => number;
  /** Longer than this nobody waits: the client gets an error. */
  queueTimeoutSeconds: number;
  /** A machine that ends, with what it has in hand, and comes back. */
  end?: { atSecond: number; backAtSecond: number };
}

export interface Simulated {
  turns: number;
  /** Of each turn that got a place: how long it waited, and when it came, seen from the end of the machine. */
  waits: { seconds: number; sinceEnd: number }[];
  /** Turns that were in hand when their machine ended. */
  lost: number;
  timedOut: number;
  /** The share of all places that was taken, those of a machine that is down included. */
  utilisation: number;
}

type Event = { at: number } & ({ name: 'arrival' | 'end' | 'back' } | { name: 'done'; machine: number; life: number });

/** The machine that ends: one is like another. */
const mortal = 0;

/** Runs a house, event by event: arrivals, one queue for all, the machine with the fewest turns, one that ends. */
export function simulate(scenario: Scenario, random: Random): Simulated {
  const { places, turnsPerSecond, seconds, end } = scenario;
  const machines = new Machines(scenario.machines, places);
  const events = new EventHeap<Event>();
  const queue = new Queue();
  const waits: Simulated['waits'] = [];
  let [turns, lost, timedOut, inHand, placeSeconds, now, life] = [0, 0, 0, 0, 0, 0, 0];

  const begin = (arrivedAt: number, machine: number): void => {
    waits.push({ seconds: now - arrivedAt, sinceEnd: arrivedAt - (end?.atSecond ?? Infinity) });
    inHand += 1;
    events.push({ at: now + scenario.answerSeconds(), name: 'done', machine, life: machine === mortal ? life : 0 });
  };
  const serveQueue = (): void => {
    for (let arrivedAt = queue.first; arrivedAt !== undefined; arrivedAt = queue.first) {
      const hasGivenUp = now - arrivedAt > scenario.queueTimeoutSeconds;
      const machine = hasGivenUp ? undefined : machines.take();
      if (!hasGivenUp && machine === undefined) return;
      queue.shift();
      if (machine === undefined) timedOut += 1;
      else begin(arrivedAt, machine);
    }
  };

  events.push({ at: exponential(turnsPerSecond, random), name: 'arrival' });
  if (end !== undefined) {
    events.push({ at: end.atSecond, name: 'end' });
    events.push({ at: end.backAtSecond, name: 'back' });
  }
  for (let event = events.pop(); event !== undefined && event.at <= seconds; event = events.pop()) {
    placeSeconds += inHand * (event.at - now);
    now = event.at;
    switch (event.name) {
      case 'arrival':
        turns += 1;
        queue.push(now);
        events.push({ at: now + exponential(turnsPerSecond, random), name: 'arrival' });
        break;
      case 'done':
        if (event.machine === mortal && event.life !== life) continue;
        inHand -= 1;
        machines.leave(event.machine);
        break;
      case 'end':
        life += 1;
        lost = machines.end(mortal);
        inHand -= lost;
        break;
      case 'back':
        machines.comeBack(mortal);
        break;
    }
    serveQueue();
  }
  return { turns, waits, lost, timedOut, utilisation: placeSeconds / (now * places * scenario.machines) };
}

/** Arrivals that wait, the longest first. */
class Queue {
  #arrivals: number[] = [];
  #head = 0;

  get first(): number | undefined {
    return this.#arrivals[this.#head];
  }

  push(at: number): void {
    this.#arrivals.push(at);
  }

  shift(): void {
    this.#head += 1;
    if (this.#head < 10_000) return;
    this.#arrivals = this.#arrivals.slice(this.#head);
    this.#head = 0;
  }
}

/** The time until the next of events that come at this rate. */
export function exponential(rate: number, random: Random): number {
  return -Math.log(1 - random.next()) / rate;
}

/** A length whose logarithm is normally distributed, as lengths of answers roughly are. */
export function logNormal(median: number, sigma: number, random: Random): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return median * Math.exp(sigma * normal);
}
