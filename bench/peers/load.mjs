// How often a peer verifies one key in a second, told as one line of JSON.

const AT_ONCE = 32;

/** @param verify throws where the key does not pass */
export async function measure(verify, { warmUpMs = 2000, runMs = 5000 } = {}) {
  await runFor(verify, warmUpMs);
  const { count, ms } = await runFor(verify, runMs);
  console.log(JSON.stringify({ perSecond: (count / ms) * 1000 }));
}

async function runFor(verify, ms) {
  const started = performance.now();
  let count = 0;
  const one = async () => {
    while (performance.now() - started < ms) {
      await verify();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return { count, ms: performance.now() - started };
}
