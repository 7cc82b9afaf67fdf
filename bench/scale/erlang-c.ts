/**
 * The share of arrivals that must wait where `servers` take exponential times and `load` of them are busy on average, by
 * Erlang's formula: what a simulation of the same must come to.
 */
export function erlangC(servers: number, load: number): number {
  const offered = servers * load;
  // Erlang B by its recurrence, which stays within numbers for thousands of servers.
  let blocked = 1;
  for (let n = 1; n <= servers; n += 1) blocked = (offered * blocked) / (n + offered * blocked);
  return blocked / (1 - load * (1 - blocked));
}
