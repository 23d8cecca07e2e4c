// @ts-check

const isTerminal = process.stdout.isTTY === true;

/**
 * Runs a step and says how long it takes: on a terminal in one line that counts the seconds,
 * elsewhere with a line every ten seconds.
 *
 * @template T
 * @param {string} label such as "Building the app"
 * @param {() => Promise<T>} work
 * @param {(result: T) => boolean} [isGood] what came of it when it did not throw
 * @returns {Promise<T>}
 */
export async function step(label, work, isGood = () => true) {
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1);
  const show = () => {
    if (isTerminal) process.stdout.write(`\r  ${label} … ${Math.floor(Number(seconds()))} s `);
    else console.log(`  ${label} … ${Math.floor(Number(seconds()))} s`);
  };
  const conclude = (/** @type {boolean} */ good) =>
    console.log(`${isTerminal ? "\r" : ""}${good ? "✓" : "✗"} ${label} (${seconds()} s)`);
  if (isTerminal) show();
  else console.log(`  ${label} …`);
  const timer = setInterval(show, isTerminal ? 1_000 : 10_000);
  try {
    const result = await work();
    conclude(isGood(result));
    return result;
  } catch (error) {
    conclude(false);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
