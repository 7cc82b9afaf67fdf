/**
 * Makes of something that fetches and shows one that can be asked for as often as anything happens: it runs at once, then at
 * most every `everyMs`, never twice at a time, and once more after the last time that it was asked for.
 *
 * @param {() => Promise<void>} run Must not reject.
 * @param {number} everyMs
 * @returns {() => void}
 */
export function atMostEvery(run, everyMs) {
  let isBusy = false;
  let isAsked = false;

  function ask() {
    isAsked = true;
    if (!isBusy) void work();
  }

  async function work() {
    isBusy = true;
    isAsked = false;
    await run();
    setTimeout(() => {
      isBusy = false;
      if (isAsked) ask();
    }, everyMs);
  }

  return ask;
}
